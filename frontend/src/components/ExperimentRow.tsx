/** An experiment as it is listed: its phase diagram in small, its state and how far it is. */
import { ActionIcon, Skeleton, Tooltip } from "@mantine/core";
import { useInViewport } from "@mantine/hooks";
import type { ReactElement } from "react";
import { Link } from "react-router";

import type { ExperimentSummary } from "../api/types";
import { since } from "../format";
import { useDelete } from "../queries/deletions";
import { useArchive } from "../queries/experiments";
import { useFigure } from "../queries/figures";
import { useToast } from "../toasts";
import { viewFromSearch } from "../view";
import { Icon } from "./icons";
import { PlotlyFigure } from "./PlotlyFigure";
import { ProgressBar, progressSentence, StateWord } from "./Progress";

export function ExperimentRow({ experiment, now }: { experiment: ExperimentSummary; now: number }): ReactElement {
  return (
    <li className="listed">
      <Thumbnail experiment={experiment} />
      <div className="listed-words">
        <Link to={`/experiments/${experiment.id}`} className="listed-name">
          {experiment.name}
        </Link>
        <p>
          <StateWord state={experiment.state} />
          <span className="quiet">
            {" "}
            started {since(experiment.created_at, now)} · number {experiment.id}
          </span>
        </p>
        <ProgressBar progress={experiment.progress} label={`Progress of ${experiment.name}, number ${experiment.id}`} />
        <p className="quiet">{progressSentence(experiment, null)}</p>
      </div>
      <span className="listed-acts">
        <Archive experiment={experiment} />
        {experiment.archived_at !== null && <Delete experiment={experiment} />}
      </span>
    </li>
  );
}

/** Puts the experiment away, with a way back; one that was put away is taken out again. */
function Archive({ experiment }: { experiment: ExperimentSummary }): ReactElement {
  const archive = useArchive();
  const say = useToast();
  const away = experiment.archived_at !== null;
  const words = `${away ? "Take out" : "Archive"}: ${experiment.name}, number ${experiment.id}`;
  const put = (archived: boolean, undo?: () => void): void =>
    archive.mutate(
      { id: experiment.id, archived },
      {
        onSuccess: () => undo !== undefined && say(`${experiment.name} is ${archived ? "put away" : "back"}.`, undo),
        onError: (error) => say(error.message),
      },
    );
  return (
    <Tooltip label={away ? "Take out again" : "Archive: nothing is lost"}>
      <ActionIcon className="listed-act" aria-label={words} onClick={() => put(!away, () => put(away))}>
        <Icon name={away ? "undo" : "archive"} size={15} />
      </ActionIcon>
    </Tooltip>
  );
}

/** Only of what was archived; the message that follows has the way back. */
function Delete({ experiment }: { experiment: ExperimentSummary }): ReactElement {
  const remove = useDelete();
  return (
    <Tooltip label="Delete: can be taken back for 30 days">
      <ActionIcon
        className="listed-act"
        aria-label={`Delete: ${experiment.name}, number ${experiment.id}`}
        loading={remove.isPending}
        onClick={() => remove.mutate({ experiment: experiment.id, runs: null, share: null, view: null })}
      >
        <Icon name="bin" size={15} />
      </ActionIcon>
    </Tooltip>
  );
}

function Thumbnail({ experiment }: { experiment: ExperimentSummary }): ReactElement {
  const { ref, inViewport } = useInViewport<HTMLDivElement>();
  const figure = useFigure("phase_diagram", viewFromSearch(experiment.id, ""), inViewport);
  return (
    <div className="thumbnail" ref={ref}>
      {figure.data === undefined && figure.error === null && <Skeleton className="figure-wait" />}
      {figure.data !== undefined && (
        <PlotlyFigure figure={figure.data} label={`Phase diagram of ${experiment.name}`} still />
      )}
    </div>
  );
}
