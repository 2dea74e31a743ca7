/** The phase diagram while the clock moves: painted under Plotly's axes, from pictures that are here already. */
import { useEffect, useEffectEvent, useRef, type ReactElement, type RefObject } from "react";

import type { FigureBody } from "../api/types";
import type { ClockMode } from "../clock";
import type { ClockStore } from "../clock-store";
import { isObject, listOf } from "../figure/arrays";
import { cellsUnder, inks, paint, pictureAt, type Film } from "../figure/film";
import { axisOf, type DrawnPlot } from "../figure/overlay";

interface Props {
  plot: RefObject<DrawnPlot | null>;
  drawn: number;
  figure: FigureBody; // the still under which it is painted
  film: Film;
  clock: ClockStore;
  mode: ClockMode;
  stale: boolean; // the still is of another moment than the clock's
  place?: number; // of its diagram among those of the figure
}

const QUIET = "#868e96";

export function FilmCanvas({ plot, drawn, figure, film, clock, mode, stale, place: at = 0 }: Props): ReactElement {
  const canvas = useRef<HTMLCanvasElement>(null);
  const colours = useRef<{ film: Film | null; inks: Uint32Array }>({ film: null, inks: new Uint32Array() });

  const show = useEffectEvent(() => {
    const [element, place] = [plot.current, canvas.current];
    if (element === null || place === null) return;
    const moving = clock.isMoving() || stale || (mode === "drop" && clock.current() !== null);
    const frame = moving ? frameOf(element, figure, film, at) : null;
    element.toggleAttribute("data-filming", frame !== null);
    hideBoundaries(element, frame !== null);
    place.hidden = frame === null;
    if (frame === null) return;
    if (colours.current.film !== film) colours.current = { film, inks: inks(film.palette, QUIET) };
    draw(place, frame, film, colours.current.inks, momentOf(clock, mode));
  });

  useEffect(() => show(), [drawn, figure, film, mode, stale]);
  useEffect(() => {
    let frame = 0;
    const stop = clock.subscribe(() => {
      cancelAnimationFrame(frame);
      frame = requestAnimationFrame(() => show());
    });
    return () => {
      cancelAnimationFrame(frame);
      stop();
    };
  }, [clock]);
  return <canvas ref={canvas} className="plot-film" aria-hidden="true" hidden />;
}

export function momentOf(clock: ClockStore, mode: ClockMode): { step: number | null } | { fromDrop: number } {
  const place = clock.current();
  return mode === "drop" && place !== null ? { fromDrop: place / 100 } : { step: place };
}

interface Frame {
  left: number;
  top: number;
  width: number;
  height: number;
  x: number[]; // edges of the cells in pixels, from the left
  y: number[]; // from the bottom
}

/** Where the drawn diagram has its cells; null where it is drawn over other axes than the film. */
function frameOf(plot: DrawnPlot, figure: FigureBody, film: Film, at: number): Frame | null {
  const maps = figure.data.filter((trace) => trace["type"] === "heatmap");
  const axes = [...new Set(maps.map((trace) => trace["xaxis"]))];
  const map = maps.find((trace) => trace["xaxis"] === axes[at]);
  const [across, up] = [axisOf(plot, map?.["xaxis"], "x"), axisOf(plot, map?.["yaxis"], "y")];
  const [x, y] = [listOf(map?.["x"]), listOf(map?.["y"])];
  if (across === null || up === null || x.length !== film.columns + 1 || y.length !== film.rows + 1) return null;
  return {
    left: across._offset,
    top: up._offset,
    width: across._length,
    height: up._length,
    x: x.map((edge) => across.d2p(edge)),
    y: y.map((edge) => up._length - up.d2p(edge)),
  };
}

/** Lines between phases are those of the still: while the cells move under them they would be wrong. */
function hideBoundaries(plot: DrawnPlot, hidden: boolean): void {
  for (const drawn of plot.querySelectorAll<SVGGElement>(".scatterlayer > .trace")) {
    if (isBoundary(drawn)) drawn.style.visibility = hidden ? "hidden" : "";
  }
}

/** Plotly leaves what it has drawn on the element that shows it. */
function isBoundary(drawn: Element): boolean {
  const [bound] = "__data__" in drawn ? listOf(drawn.__data__) : [];
  const trace = isObject(bound) ? bound["trace"] : undefined;
  return isObject(trace) && String(trace["legendgroup"]).startsWith("boundary");
}

function draw(
  canvas: HTMLCanvasElement,
  frame: Frame,
  film: Film,
  colours: Uint32Array,
  moment: Parameters<typeof pictureAt>[1],
): void {
  const [width, height] = [Math.max(1, Math.round(frame.width)), Math.max(1, Math.round(frame.height))];
  if (canvas.width !== width || canvas.height !== height) {
    canvas.width = width;
    canvas.height = height;
  }
  canvas.style.left = `${frame.left}px`;
  canvas.style.top = `${frame.top}px`;
  canvas.style.width = `${frame.width}px`;
  canvas.style.height = `${frame.height}px`;
  const ink = canvas.getContext("2d");
  if (ink === null) return;
  const image = ink.createImageData(width, height);
  const cells = { across: cellsUnder(frame.x, width), up: cellsUnder(frame.y, height), columns: film.columns };
  paint(image, pictureAt(film, moment), colours, cells);
  ink.putImageData(image, 0, 0);
}
