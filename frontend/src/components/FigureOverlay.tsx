/** Over a drawn figure: the clock's line and the marks of the runs under the pointer. It draws itself, past React. */
import { useEffect, useEffectEvent, useRef, type ReactElement, type RefObject } from "react";

import type { FigureBody } from "../api/types";
import type { ClockMode } from "../clock";
import type { ClockStore } from "../clock-store";
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
  const line = useRef<SVGPathElement>(null);
  const halo = useRef<SVGPathElement>(null);
  const mark = useRef<SVGPathElement>(null);

  const moveClock = useEffectEvent(() => {
    if (plot.current === null || clock === undefined) return;
    const at = clock.current();
    const [name, value] = mode === "drop" ? ["clock from drop", at === null ? null : at / 100] : ["clock", at];
    const lines = clockLines(plot.current, figure.layout["shapes"], name, value);
    line.current?.setAttribute("d", lines.map(({ x, top, bottom }) => `M${x} ${top}V${bottom}`).join(""));
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
    <svg className="plot-over" aria-hidden="true">
      <path ref={halo} className="mark-halo" />
      <path ref={mark} className="mark" />
      <path ref={line} className="clock-line" />
    </svg>
  );
}
