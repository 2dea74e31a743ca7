/** An experiment as it is listed: its phase diagram in small, its state and how far it is. */
import { Skeleton } from "@mantine/core";
import { useInViewport } from "@mantine/hooks";
import type { ReactElement } from "react";
import { Link } from "react-router";

import type { ExperimentSummary } from "../api/types";
import { since } from "../format";
import { useFigure } from "../queries/figures";
import { viewFromSearch } from "../view";
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
    </li>
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
