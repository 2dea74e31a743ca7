/** Shows a figure drawn by the server. The only file that knows Plotly, which arrives with the first figure. */
import { useComputedColorScheme } from "@mantine/core";
import type { PlotElement, PlotEvent } from "plotly.js-cartesian-dist-min";
import { useEffect, useEffectEvent, useMemo, useRef, useState, type ReactElement } from "react";

import type { FigureBody } from "../api/types";
import type { ClockMode } from "../clock";
import { ClockStore } from "../clock-store";
import { diagramsOf, placeUnder, runsAt, runsWithin } from "../figure/diagrams";
import { dressed, isTable, type Dress } from "../figure/dress";
import type { Film } from "../figure/film";
import { changeOf, dropOf, frameAt, framesOf, stepOf, withFrame, type Frame } from "../figure/frames";
import { runsOfPoint, type Trace } from "../figure/points";
import { tellPressesApart } from "../figure/presses";
import { released } from "../figure/released";
import { turn } from "../figure/turns";
import type { HoverStore } from "../hover-store";
import { usePrinting } from "../printing";
import { FigureOverlay } from "./FigureOverlay";
import { FilmCanvas } from "./FilmCanvas";

/** How a pick is meant: alone, added to what is selected, or all from the last pick to this one. */
export type PickKind = "only" | "add" | "range";

interface Props {
  figure: FigureBody;
  label: string; // what a reader who does not see it is told
  clock?: number | null;
  liveClock?: ClockStore; // where the clock stands while it moves; without it, `clock` is where it stands
  clockMode?: ClockMode;
  hover?: HoverStore;
  film?: Film; // what is painted while the clock moves
  films?: readonly Film[]; // the same for each of several diagrams
  stale?: boolean; // the figure is of another moment than the clock's
  legend?: boolean;
  drag?: "select" | "zoom";
  still?: boolean;
  onPick?: (runs: readonly number[], adding: boolean, kind: PickKind) => void;
}

type Library = (typeof import("plotly.js-cartesian-dist-min"))["default"];
let library: Library | undefined; // once it has come, it draws at once: printing does not wait

/** Fetched once; whoever will show figures may ask for it before the first one is there. */
export async function plotly(): Promise<Library> {
  library ??= (await import("plotly.js-cartesian-dist-min")).default;
  return library;
}

const NARROW = 520; // pixels
const touch = window.matchMedia("(pointer: coarse)"); // a finger scrolls the page; it does not draw boxes

export function PlotlyFigure(props: Props): ReactElement {
  const { figure, label, clock = null, clockMode = "log", hover, film: cells, stale = false, legend = true } = props;
  const { drag = "zoom", still = false, onPick } = props;
  const screen = useComputedColorScheme("light");
  const printing = usePrinting();
  const scheme = printing ? "light" : screen;
  const place = useRef<HTMLDivElement>(null);
  const plot = useRef<PlotElement>(null);
  const data = useRef<readonly Trace[]>([]);
  const size = useRef(""); // of the element when it was drawn
  const [drawn, setDrawn] = useState(0);
  const [broken, setBroken] = useState<string | null>(null);
  const [ownClock] = useState(() => new ClockStore(clock));
  const liveClock = props.liveClock ?? ownClock;
  useEffect(() => ownClock.follow(clock), [ownClock, clock]);
  const frames = useMemo(() => framesOf(figure), [figure]);
  const seen = useRef<Frame>(null);
  const drop = dropOf(figure);
  const frameNow = (): Frame | null => frameAt(frames, stepOf(liveClock.current(), clockMode, drop));

  const runsUnder = (event: PlotEvent | undefined): number[] => {
    const found = (event?.points ?? []).flatMap((point) =>
      runsOfPoint(data.current[point.curveNumber], point.customdata),
    );
    return [...new Set(found)];
  };
  const pick = useEffectEvent((event: PlotEvent | undefined) => {
    const { clientX = NaN, clientY = NaN, shiftKey = false, ctrlKey = false, metaKey = false } = event?.event ?? {};
    const diagrams = diagramsOf(figure);
    const under = plot.current === null ? null : placeUnder(plot.current, diagrams, { x: clientX, y: clientY });
    const found = under === null ? runsUnder(event) : runsAt(diagrams, under);
    const kind = ctrlKey || metaKey ? "add" : shiftKey ? "range" : "only";
    if (found.length > 0) onPick?.(found, kind !== "only", kind);
  });
  const pickMany = useEffectEvent((event: PlotEvent | undefined) => {
    const diagrams = diagramsOf(figure);
    const cells = event === undefined || plot.current === null ? [] : runsWithin(plot.current, diagrams, event);
    const found = diagrams.each.length > 0 ? cells : runsUnder(event);
    const adding = event?.event?.shiftKey ?? false;
    if (found.length > 0) onPick?.(found, adding, adding ? "add" : "only");
  });
  const point = useEffectEvent((event: PlotEvent | undefined) => hover?.set(runsUnder(event)));
  const moved = useEffectEvent(() => setDrawn((before) => before + 1));

  const draw = useEffectEvent(async (element: HTMLElement, dress: Dress, wanted: () => boolean): Promise<void> => {
    const draws = library ?? (await plotly());
    if (drag !== "select" && plot.current === null && !printing) await turn(); // the diagram comes first
    await released(element);
    if (!wanted()) return;
    seen.current = frameNow();
    const ready = dressed(withFrame(figure, seen.current), dress);
    data.current = ready.data;
    size.current = sizeOf(element);
    const shown = await draws.react(element, ready.data, ready.layout, ready.config);
    if (plot.current === null && !still) {
      shown.on("plotly_click", pick);
      shown.on("plotly_selected", pickMany);
      shown.on("plotly_hover", point);
      shown.on("plotly_unhover", () => hover?.set([]));
      shown.on("plotly_relayout", moved);
    }
    plot.current = shown;
    setDrawn((before) => before + 1);
  });

  useEffect(() => {
    const element = place.current;
    if (element === null) return undefined;
    let wanted = true;
    const narrow = element.clientWidth < NARROW;
    const dress: Dress = { scheme, drag: touch.matches ? false : drag, still, legend, narrow };
    draw(element, dress, () => wanted).catch((cause: unknown) => setBroken(String(cause)));
    return () => {
      wanted = false;
    };
  }, [figure, scheme, drag, still, legend]);

  const film = useEffectEvent(() => {
    const frame = frameNow();
    if (library === undefined || plot.current === null || frame === null || frame === seen.current) return;
    seen.current = frame;
    void library.update(plot.current, changeOf(frame), frame.layout, frame.traces);
  });
  useEffect(() => {
    if (frames.length < 2) return undefined;
    let next = 0;
    const stop = liveClock.subscribe(() => {
      cancelAnimationFrame(next);
      next = requestAnimationFrame(() => film());
    });
    film();
    return () => {
      cancelAnimationFrame(next);
      stop();
    };
  }, [frames, liveClock, clockMode]);

  useEffect(() => {
    const element = place.current;
    if (element === null) return undefined;
    let frame = 0;
    const observer = new ResizeObserver(() => {
      cancelAnimationFrame(frame);
      if (size.current === "" || size.current === sizeOf(element)) return; // it is, or will be, drawn as large as this
      size.current = sizeOf(element);
      frame = requestAnimationFrame(() => void resize(element).then(() => moved()));
    });
    observer.observe(element);
    const stop = tellPressesApart(element);
    return () => {
      observer.disconnect();
      stop();
      cancelAnimationFrame(frame);
      plot.current = null;
      void purge(element);
    };
  }, []);

  const table = !still && figure.data.some(isTable); // it keeps its width on a phone, and scrolls
  const over = { plot, drawn, figure, mode: clockMode };
  return (
    <div
      className="plot"
      role="group"
      aria-label={label}
      data-still={still || undefined}
      data-table={table || undefined}
      tabIndex={table ? 0 : undefined}
    >
      {(props.films ?? (cells === undefined ? [] : [cells])).map((one, at) => (
        <FilmCanvas key={at} {...over} film={one} place={at} clock={liveClock} stale={stale} />
      ))}
      <div ref={place} className="plot-canvas" aria-hidden={still || undefined} />
      {!still && <FigureOverlay {...over} clock={liveClock} hover={hover} />}
      {frames.length > 1 && clockMode === "drop" && drop === null && (
        <p className="plot-remark">This run has no drop: its last step is shown.</p>
      )}
      {broken !== null && <p className="plot-broken">This figure could not be drawn: {broken}</p>}
    </div>
  );
}

function sizeOf({ clientWidth, clientHeight }: HTMLElement): string {
  return `${clientWidth} × ${clientHeight}`;
}

async function resize(element: HTMLElement): Promise<void> {
  const draws = await plotly();
  const drawn = element.classList.contains("js-plotly-plot") && element.offsetParent !== null;
  if (drawn) await draws.Plots.resize(element);
}

async function purge(element: HTMLElement): Promise<void> {
  const draws = await plotly();
  if (!element.isConnected) draws.purge(element);
}
