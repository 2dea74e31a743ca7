/** A titled frame with its settings on the right and one figure or list inside. */
import { Skeleton } from "@mantine/core";
import type { UseQueryResult } from "@tanstack/react-query";
import { useId, type ReactElement, type ReactNode } from "react";

import type { FigureBody } from "../api/types";
import { Failure } from "./Failure";

interface PanelProps {
  title: string;
  note?: ReactNode;
  settings?: ReactNode;
  area?: string;
  children: ReactNode;
}

export function Panel({ title, note, settings, area, children }: PanelProps): ReactElement {
  const heading = useId();
  return (
    <section className="panel" data-area={area} aria-labelledby={heading}>
      <header className="panel-head">
        <h2 id={heading}>{title}</h2>
        {note !== undefined && <span className="panel-note">{note}</span>}
        <div className="panel-settings">{settings}</div>
      </header>
      {children}
    </section>
  );
}

interface FigurePlaceProps {
  query: UseQueryResult<FigureBody>;
  children: (figure: FigureBody) => ReactNode;
}

/** Where a figure stands: its outline while it is awaited, words when it does not come, the figure once it is there. */
export function FigurePlace({ query, children }: FigurePlaceProps): ReactElement {
  return (
    <div className="figure-place" aria-busy={query.isFetching}>
      {query.data !== undefined && children(query.data)}
      {query.data === undefined && query.error === null && (
        <Skeleton className="figure-wait" role="status" aria-label="The figure is being drawn" />
      )}
      {query.error !== null && <Failure error={query.error} retry={query.refetch} />}
    </div>
  );
}
