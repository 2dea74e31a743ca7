/** Over a drawn figure: the clock's line and the marks of the runs under the pointer. It draws itself, past React. */
import { useEffect, useEffectEvent, useRef, type ReactElement, type RefObject } from "react";

import type { FigureBody } from "../api/types";
import type { ClockMode } from "../clock";
import type { ClockStore } from "../clock-store";
import { dropOf, stepOf } from "../figure/frames";
import { clockLines, marksOf, type DrawnPlot } from "../figure/overlay";
import type { HoverStore } from "../hover-store";

interface Props {
  plot: RefObject<DrawnPlot | null>;
  drawn: number; // raised each time Plotly has drawn
  figure: FigureBody;
  clock: ClockStore | undefined;
  mode: ClockMode;
  hover: HoverStore | undefined;
}

export function FigureOverlay({ plot, drawn, figure, clock, mode, hover }: Props): ReactElement {
  const lines = useRef<HTMLDivElement>(null);
  const halo = useRef<SVGPathElement>(null);
  const mark = useRef<SVGPathElement>(null);

  const moveClock = useEffectEvent(() => {
    if (plot.current === null || clock === undefined) return;
    const at = clock.current();
    const shares = mode === "drop" && at !== null ? at / 100 : null;
    const shapes = figure.layout["shapes"];
    place(lines.current, [
      ...clockLines(plot.current, shapes, "clock", stepOf(at, mode, dropOf(figure))),
      ...clockLines(plot.current, shapes, "clock from drop", shares),
    ]);
  });
  const markRuns = useEffectEvent(() => {
    if (plot.current === null || hover === undefined) return;
    const path = marksOf(plot.current, figure.data, new Set(hover.current()));
    halo.current?.setAttribute("d", path);
    mark.current?.setAttribute("d", path);
  });

  useEffect(() => {
    moveClock();
    markRuns();
  }, [drawn, figure, mode]);
  useEffect(() => clock?.subscribe(() => moveClock()), [clock]);
  useEffect(() => hover?.subscribe(() => markRuns()), [hover]);

  return (
    <>
      <svg className="plot-over" aria-hidden="true">
        <path ref={halo} className="mark-halo" />
        <path ref={mark} className="mark" />
      </svg>
      <div ref={lines} className="clock-lines" aria-hidden="true" />
    </>
  );
}

/** Lines are elements of their own that are only shifted: nothing under them is painted again. */
function place(parent: HTMLElement | null, lines: readonly { x: number; top: number; bottom: number }[]): void {
  if (parent === null) return;
  while (parent.children.length > lines.length) parent.lastChild?.remove();
  while (parent.children.length < lines.length) parent.append(document.createElement("i"));
  lines.forEach(({ x, top, bottom }, at) => {
    const line = parent.children[at];
    if (!(line instanceof HTMLElement)) return;
    line.style.height = `${bottom - top}px`;
    line.style.transform = `translate(${x}px, ${top}px)`;
  });
}
