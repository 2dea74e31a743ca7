/** What the page lays over a drawn figure without Plotly drawing it again: the clock's line, and marks of runs. */
import { isObject, listOf } from "./arrays";
import { runsOf, type Trace } from "./points";

/** An axis as it is drawn: where it begins on the element, how long it is, and where a value lies along it. */
export interface PlotAxis {
  _offset: number;
  _length: number;
  d2p(value: unknown): number;
}

/** A drawn figure, as far as one can lay something over it. */
export interface DrawnPlot extends HTMLElement {
  _fullLayout?: Record<string, unknown> & { _size?: { l: number; t: number; w: number; h: number } };
}

/** An axis of the figure by the name that traces and shapes give it: x, y, x2, … */
export function axisOf(plot: DrawnPlot, name: unknown, letter: "x" | "y"): PlotAxis | null {
  const id = typeof name === "string" && name.startsWith(letter) ? name.slice(1) : "";
  const axis = plot._fullLayout?.[`${letter}axis${id}`];
  return isAxis(axis) ? axis : null;
}

function isAxis(value: unknown): value is PlotAxis {
  return isObject(value) && typeof value["d2p"] === "function" && typeof value["_length"] === "number";
}

/** Pixels of a value along an axis, from the corner of the element; null outside of what is seen. */
export function pixelOf(axis: PlotAxis, value: unknown): number | null {
  const place = axis.d2p(value);
  return Number.isFinite(place) ? axis._offset + place : null;
}

interface Line {
  x: number;
  top: number;
  bottom: number;
}

/** The clock's lines: one for each of the figure's own shapes of that name. */
export function clockLines(plot: DrawnPlot, shapes: unknown, name: string, at: number | null): Line[] {
  const size = plot._fullLayout?._size;
  if (at === null || size === undefined) return [];
  return listOf(shapes).flatMap((shape) => {
    if (!isObject(shape) || shape["name"] !== name) return [];
    const axis = axisOf(plot, shape["xref"] ?? "x", "x");
    const place = axis?.d2p(at) ?? NaN;
    if (axis === null || !(place >= 0 && place <= axis._length)) return [];
    const vertical = typeof shape["yref"] === "string" ? shape["yref"] : "";
    const up = axisOf(plot, vertical.replace(" domain", ""), "y");
    const own = vertical.endsWith(" domain") && up !== null;
    const [top, height] = own ? [up._offset, up._length] : [size.t, size.h];
    return [{ x: axis._offset + place, top, bottom: top + height }];
  });
}

/** The outlines of everything in a figure that stands for one of these runs, as the path of an SVG. */
export function marksOf(plot: DrawnPlot, data: readonly Trace[], runs: ReadonlySet<number>): string {
  if (runs.size === 0) return "";
  return data
    .filter((trace) => trace["visible"] !== false && trace["visible"] !== "legendonly")
    .map((trace) => {
      const across = axisOf(plot, trace["xaxis"], "x");
      const up = axisOf(plot, trace["yaxis"], "y");
      if (across === null || up === null) return "";
      if (trace["type"] === "heatmap") return cellMarks(trace, runs, across, up);
      return trace["type"] === "scatter" ? lineMarks(trace, runs, across, up) : "";
    })
    .join("");
}

function cellMarks(trace: Trace, runs: ReadonlySet<number>, across: PlotAxis, up: PlotAxis): string {
  const [x, y] = [listOf(trace["x"]), listOf(trace["y"])];
  const parts: string[] = [];
  listOf(trace["customdata"]).forEach((line, row) => {
    const cells = listOf(line);
    if (x.length !== cells.length + 1) return; // marked by edges only
    cells.forEach((cell, column) => {
      if (!runsOf(cell).some((run) => runs.has(run))) return;
      const [left, right] = [pixelOf(across, x[column]), pixelOf(across, x[column + 1])];
      const [low, high] = [pixelOf(up, y[row]), pixelOf(up, y[row + 1])];
      if (left === null || right === null || low === null || high === null) return;
      parts.push(`M${left} ${low}H${right}V${high}H${left}Z`);
    });
  });
  return parts.join("");
}

function lineMarks(trace: Trace, runs: ReadonlySet<number>, across: PlotAxis, up: PlotAxis): string {
  const meta = trace["meta"];
  const whole = isObject(meta) && runsOf(meta["runs"]).some((run) => runs.has(run));
  const own = listOf(trace["customdata"]);
  if (trace["mode"] === "markers" || (!whole && own.length === 0)) return "";
  const [x, y] = [listOf(trace["x"]), listOf(trace["y"])];
  let path = "";
  let drawing = false;
  x.forEach((value, place) => {
    const mine = whole || runsOf(own[place]).some((run) => runs.has(run));
    const [left, top] = [pixelOf(across, value), pixelOf(up, y[place])];
    if (!mine || left === null || top === null || Number.isNaN(Number(y[place]))) {
      drawing = false;
      return;
    }
    path += `${drawing ? "L" : "M"}${left.toFixed(1)} ${top.toFixed(1)}`;
    drawing = true;
  });
  return path;
}
