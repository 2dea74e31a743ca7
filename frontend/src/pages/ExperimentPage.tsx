/** One experiment. The page is remounted for every address one goes to, so that its view begins with that address. */
import { Skeleton } from "@mantine/core";
import type { ReactElement } from "react";
import { useLocation, useParams } from "react-router";

import { Explorer } from "../components/Explorer";
import { Failure } from "../components/Failure";
import { useExperiment } from "../queries/experiments";
import { useTitle } from "../title";
import { useView } from "../view-state";
import { NotFoundPage } from "./NotFoundPage";

export function ExperimentPage(): ReactElement {
  const { experiment } = useParams();
  const { key, search } = useLocation();
  const id = Number(experiment);
  if (!Number.isSafeInteger(id) || id < 1) return <NotFoundPage />;
  return <Opened key={key} id={id} search={search} />;
}

function Opened({ id, search }: { id: number; search: string }): ReactElement {
  const [view, change] = useView(id, search);
  const experiment = useExperiment(id);
  useTitle(experiment.data?.name);
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
