/** The diagrams of a figure as cells: one of the phase diagram, several of small multiples, in rows from above. A table
 * whose axes are names is none, however it is drawn: Plotly tells what lies under a pointer there. */
import type { FigureBody } from "../api/types";
import { isObject, listOf } from "./arrays";
import { axisOf, pixelOf, type DrawnPlot, type PlotAxis } from "./overlay";
import { cellsOf, type Trace } from "./points";

export type Cells = readonly (readonly (readonly number[])[])[]; // runs of each cell, in rows from below

export interface Diagram {
  title: string; // of small multiples, the value that it stands for
  cells: Cells;
  layers: readonly Trace[];
}

export interface Diagrams {
  each: readonly Diagram[];
  columns: number; // so many stand beside each other
}

export interface CellPlace {
  diagram: number;
  row: number;
  column: number;
}

const kept = new WeakMap<FigureBody, Diagrams>();

export function diagramsOf(figure: FigureBody): Diagrams {
  const known = kept.get(figure);
  if (known !== undefined) return known;
  const maps = figure.data.filter(isDiagram);
  const axes = [...new Set(maps.map((trace) => nameOfAxis(trace, "x")))];
  const meta = figure.layout["meta"];
  const titles = isObject(meta) ? listOf(meta["titles"]).filter((one) => typeof one === "string") : [];
  const each = axes.map((axis, place) => {
    const layers = maps.filter((trace) => nameOfAxis(trace, "x") === axis);
    return { title: titles[place] ?? "", cells: cellsOf(layers), layers };
  });
  const found = { each, columns: new Set(axes.map((axis) => leftOf(figure, axis))).size };
  kept.set(figure, found);
  return found;
}

/** Whether a trace is a heat map of runs between edges: its axes have one more of them than it has cells. */
function isDiagram(trace: Trace): boolean {
  if (trace["type"] !== "heatmap") return false;
  const rows = listOf(trace["customdata"]);
  const columns = listOf(rows[0]).length;
  return columns > 0 && listOf(trace["x"]).length === columns + 1 && listOf(trace["y"]).length === rows.length + 1;
}

function nameOfAxis(trace: Trace | undefined, letter: "x" | "y"): string {
  const name = trace?.[`${letter}axis`];
  return typeof name === "string" ? name : letter;
}

/** Where an axis begins across the figure. */
function leftOf(figure: FigureBody, axis: string): number {
  const layout = figure.layout[`xaxis${axis.slice(1)}`];
  return isObject(layout) ? Number(listOf(layout["domain"])[0] ?? 0) : 0;
}

/** One cell on; at the edge of a diagram into the one beside, above or below it, and held where there is none. */
export function moved({ each, columns }: Diagrams, from: CellPlace, right: number, up: number): CellPlace {
  const cells = each[from.diagram]?.cells ?? [];
  const [row, column] = [from.row + up, from.column + right];
  const wide = cells[from.row]?.length ?? 0;
  if (row >= 0 && row < cells.length && column >= 0 && column < wide) return { ...from, row, column };
  const beside = (from.diagram % columns) + right;
  const next = from.diagram + right - up * columns; // those above come first
  const there = each[next]?.cells;
  if (there === undefined || beside < 0 || beside >= columns) return from;
  return {
    diagram: next,
    row: up === 0 ? Math.min(from.row, there.length - 1) : up > 0 ? 0 : there.length - 1,
    column: right === 0 ? from.column : right > 0 ? 0 : (there[0]?.length ?? 1) - 1,
  };
}

/** Where a place of the page lies in the cells of a drawn figure; null outside of all. Plotly tells a click by what it
 * last hovered over, which is that of another cell when the pointer has just come. */
export function placeUnder(plot: DrawnPlot, { each }: Diagrams, at: { x: number; y: number }): CellPlace | null {
  const corner = plot.getBoundingClientRect();
  for (const [diagram, { cells, layers }] of each.entries()) {
    const [layer] = layers;
    const across = axisOf(plot, layer?.["xaxis"], "x");
    const up = axisOf(plot, layer?.["yaxis"], "y");
    if (across === null || up === null) continue;
    const column = between(listOf(layer?.["x"]), across, at.x - corner.left);
    const row = between(listOf(layer?.["y"]), up, at.y - corner.top);
    if (cells[row]?.[column] !== undefined) return { diagram, row, column };
  }
  return null;
}

/** Between which two edges a pixel lies; -1 outside of them, or of what is seen. */
function between(edges: readonly unknown[], axis: PlotAxis, pixel: number): number {
  if (pixel < axis._offset || pixel > axis._offset + axis._length) return -1;
  const places = edges.map((edge) => pixelOf(axis, edge) ?? NaN);
  return places.findIndex((place, at) => {
    const next = places[at + 1] ?? NaN;
    return pixel >= Math.min(place, next) && pixel < Math.max(place, next);
  });
}

/** A box or a lasso as Plotly tells it: its corners, by the names of the axes over which it was drawn. */
export interface Drawn {
  range?: Record<string, unknown>;
  lassoPoints?: Record<string, unknown>;
}

/** Runs of all cells whose middle lies in a box or a lasso. */
export function runsWithin(plot: DrawnPlot, { each }: Diagrams, { range, lassoPoints }: Drawn): number[] {
  const shape = lassoPoints ?? range ?? {};
  return each.flatMap(({ cells, layers: [layer] }) => {
    const [x, y] = [nameOfAxis(layer, "x"), nameOfAxis(layer, "y")];
    const [across, up] = [axisOf(plot, x, "x"), axisOf(plot, y, "y")];
    if (across === null || up === null) return [];
    const xs = listOf(shape[x]).map((at) => across.d2p(at));
    const ys = listOf(shape[y]).map((at) => up.d2p(at));
    const inside = lassoPoints === undefined ? inBox(xs, ys) : inLasso(xs, ys);
    const [columns, rows] = [middles(listOf(layer?.["x"]), across), middles(listOf(layer?.["y"]), up)];
    return cells.flatMap((line, row) =>
      line.flatMap((runs, column) => (inside(columns[column] ?? NaN, rows[row] ?? NaN) ? [...runs] : [])),
    );
  });
}

function middles(edges: readonly unknown[], axis: PlotAxis): number[] {
  const places = edges.map((edge) => axis.d2p(edge));
  return places.slice(1).map((place, at) => (place + (places[at] ?? NaN)) / 2);
}

type Inside = (x: number, y: number) => boolean;

function inBox(xs: readonly number[], ys: readonly number[]): Inside {
  const within = (ends: readonly number[], at: number): boolean => at >= Math.min(...ends) && at <= Math.max(...ends);
  return (x, y) => within(xs, x) && within(ys, y);
}

/** Inside of a closed line is what a ray from there crosses an odd number of times. */
function inLasso(xs: readonly number[], ys: readonly number[]): Inside {
  return (x, y) => {
    let inside = false;
    xs.forEach((x1, at) => {
      const y1 = ys[at] ?? NaN;
      const before = (at + xs.length - 1) % xs.length;
      const [x0, y0] = [xs[before] ?? NaN, ys[before] ?? NaN];
      if (y1 > y !== y0 > y && x < ((x0 - x1) * (y - y1)) / (y0 - y1) + x1) inside = !inside;
    });
    return inside;
  };
}

/** Runs of a cell. */
export function runsAt({ each }: Diagrams, { diagram, row, column }: CellPlace): readonly number[] {
  return each[diagram]?.cells[row]?.[column] ?? [];
}

/** What a cell says under the pointer, as a sentence: `train examples 16: grokking; learning rate 0.01, …` */
export function wordsAt({ each }: Diagrams, { diagram, row, column }: CellPlace): string {
  const { title = "", layers = [] } = each[diagram] ?? {};
  const text = (layer: Trace, name: string): string => {
    const found = listOf(listOf(layer[name])[row])[column];
    return typeof found === "string" ? found.replaceAll("<br>", "; ") : "";
  };
  const told = layers.map((layer) => [text(layer, "hovertext"), text(layer, "text")].filter((one) => one !== ""));
  return [title, ...(told.find((parts) => parts.length > 0) ?? [])].filter((part) => part !== "").join(": ");
}
