/** Shows a figure drawn by the server. The only file that knows Plotly, which arrives with the first figure. */
import { useComputedColorScheme } from "@mantine/core";
import type { PlotElement, PlotEvent } from "plotly.js-cartesian-dist-min";
import { useEffect, useEffectEvent, useRef, useState, type ReactElement } from "react";

import type { FigureBody } from "../api/types";
import { clockedShapes, dressed, type Dress } from "../figure/dress";
import { runsOfPoint, type Trace } from "../figure/points";

interface Props {
  figure: FigureBody;
  label: string; // what a reader who does not see it is told
  clock?: number | null;
  drag?: "select" | "zoom";
  still?: boolean;
  onPick?: (runs: readonly number[], adding: boolean) => void;
}

const touch = window.matchMedia("(pointer: coarse)"); // a finger scrolls the page; it does not draw boxes

export function PlotlyFigure(props: Props): ReactElement {
  const { figure, label, clock = null, drag = "zoom", still = false, onPick } = props;
  const scheme = useComputedColorScheme("light");
  const place = useRef<HTMLDivElement>(null);
  const listening = useRef(false);
  const data = useRef<readonly Trace[]>([]);
  const [broken, setBroken] = useState<string | null>(null);

  const pick = useEffectEvent((event: PlotEvent | undefined) => {
    const points = event?.points ?? [];
    const found = points.flatMap((point) => runsOfPoint(data.current[point.curveNumber], point.customdata));
    if (found.length > 0) onPick?.([...new Set(found)], event?.event?.shiftKey ?? false);
  });

  const draw = useEffectEvent(async (element: HTMLElement, dress: Dress, wanted: () => boolean): Promise<void> => {
    const { default: plotly } = await import("plotly.js-cartesian-dist-min");
    if (!wanted()) return;
    const ready = dressed(figure, clock, dress);
    data.current = ready.data;
    const plot = await plotly.react(element, ready.data, ready.layout, ready.config);
    if (listening.current || still) return;
    listening.current = true;
    listen(plot, pick);
  });

  useEffect(() => {
    const element = place.current;
    if (element === null) return undefined;
    let wanted = true;
    const dress: Dress = { scheme, drag: touch.matches ? false : drag, still };
    draw(element, dress, () => wanted).catch((cause: unknown) => setBroken(String(cause)));
    return () => {
      wanted = false;
    };
  }, [figure, scheme, drag, still]);

  const moveClock = useEffectEvent((element: HTMLElement, at: number | null) => {
    if (listening.current) void relayout(element, { shapes: clockedShapes(figure, at) });
  });
  useEffect(() => {
    if (place.current !== null) moveClock(place.current, clock);
  }, [clock]);

  useEffect(() => {
    const element = place.current;
    if (element === null) return undefined;
    let frame = 0;
    const observer = new ResizeObserver(() => {
      cancelAnimationFrame(frame);
      frame = requestAnimationFrame(() => void resize(element));
    });
    observer.observe(element);
    return () => {
      observer.disconnect();
      cancelAnimationFrame(frame);
      listening.current = false;
      void purge(element);
    };
  }, []);

  return (
    <div className="plot" role="group" aria-label={label} data-still={still || undefined}>
      <div ref={place} className="plot-canvas" aria-hidden={still || undefined} />
      {broken !== null && <p className="plot-broken">This figure could not be drawn: {broken}</p>}
    </div>
  );
}

function listen(plot: PlotElement, pick: (event: PlotEvent | undefined) => void): void {
  plot.on("plotly_click", pick);
  plot.on("plotly_selected", pick);
}

async function relayout(element: HTMLElement, change: Record<string, unknown>): Promise<void> {
  const { default: plotly } = await import("plotly.js-cartesian-dist-min");
  await plotly.relayout(element, change);
}

async function resize(element: HTMLElement): Promise<void> {
  const { default: plotly } = await import("plotly.js-cartesian-dist-min");
  const drawn = element.classList.contains("js-plotly-plot") && element.offsetParent !== null;
  if (drawn) await plotly.Plots.resize(element);
}

async function purge(element: HTMLElement): Promise<void> {
  const { default: plotly } = await import("plotly.js-cartesian-dist-min");
  if (!element.isConnected) plotly.purge(element);
}
