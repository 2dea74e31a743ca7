/** One experiment. The page is remounted for every address one goes to, so that its view begins with that address. */
import { Skeleton } from "@mantine/core";
import { useCallback, useEffect, useMemo, useState, type ReactElement } from "react";
import { useLocation, useParams } from "react-router";

import { Explorer } from "../components/Explorer";
import { Gone } from "../components/Gone";
import { Failure } from "../components/Failure";
import { measuredColumns } from "../components/RunsPanel";
import { plotly } from "../components/PlotlyFigure";
import { useGone } from "../queries/deletions";
import { useExperiment } from "../queries/experiments";
import { useFigureCards, usePhaseDiagramsAhead } from "../queries/figures";
import { useRunTable } from "../queries/runs";
import { useTitle } from "../title";
import { knownView, viewFromSearch } from "../view";
import { useView, type Known } from "../view-state";
import { NotFoundPage } from "./NotFoundPage";

export function ExperimentPage(): ReactElement {
  const { experiment } = useParams();
  const { key, search } = useLocation();
  const id = Number(experiment);
  if (!Number.isSafeInteger(id) || id < 1) return <NotFoundPage />;
  return <Opened key={key} id={id} search={search} />;
}

/** All runs that were listed since the page was opened: one that was put away since then stays selected. */
function useEverSeen(listed: readonly number[] | undefined): readonly number[] | null {
  const [ever, setEver] = useState<{ last: readonly number[]; seen: readonly number[] } | null>(null);
  if (listed !== undefined && listed !== ever?.last)
    setEver({ last: listed, seen: [...new Set([...(ever?.seen ?? []), ...listed])] });
  return ever?.seen ?? null;
}

function Opened({ id, search }: { id: number; search: string }): ReactElement {
  const gone = useGone(id);
  const experiment = useExperiment(id, gone === null);
  const asked = useMemo(() => viewFromSearch(id, search), [id, search]);
  const first = useMemo(() => [asked.step], [asked]);
  const { data: table } = useRunTable(asked, measuredColumns(asked), gone === null);
  usePhaseDiagramsAhead(asked, first); // beside the experiment, not after it
  const known = useFigureCards() !== undefined;
  useEffect(() => {
    if (known) void plotly(); // once the server is at work on the figure
  }, [known]);
  const runs = useEverSeen(asked.filter !== "" || asked.at.length > 0 ? undefined : table?.runs);
  const asKnown = useCallback<Known>(
    (view) => (experiment.data === undefined ? view : knownView(view, experiment.data, runs)),
    [experiment.data, runs],
  );
  const [view, change] = useView(id, search, asKnown);
  useTitle(experiment.data?.name);
  if (gone !== null) return <Gone id={id} name={experiment.data?.name} deletion={gone} />;
  if (experiment.data !== undefined) return <Explorer experiment={experiment.data} view={view} change={change} />;
  return (
    <main className="page">
      <h1 className="unseen">Experiment {id}</h1>
      {experiment.error === null ? (
        <Skeleton height="60vh" role="status" aria-label="The experiment is being fetched" />
      ) : (
        <Failure error={experiment.error} retry={experiment.refetch} />
      )}
    </main>
  );
}
