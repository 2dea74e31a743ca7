/** Cells of a heat map: which runs lie under a point, and the outline around those that are selected. */
import { isObject, listOf } from "./arrays";

export type Trace = Record<string, unknown>;

/** Runs as a figure carries them: one number, or a list of numbers, however deep. */
export function runsOf(customdata: unknown): number[] {
  if (typeof customdata === "number") return Number.isInteger(customdata) && customdata > 0 ? [customdata] : [];
  return listOf(customdata).flatMap(runsOf);
}

/** Runs of a point: its own, or else those that its whole trace stands for (the band of a cell). */
export function runsOfPoint(trace: Trace | undefined, customdata: unknown): number[] {
  const own = runsOf(customdata);
  const meta = trace?.["meta"];
  return own.length > 0 || !isObject(meta) ? own : runsOf(meta["runs"]);
}

/** The cells of all heat maps of a figure, laid over each other. `x` and `y` are the cells' borders. */
export interface CellMap {
  x: readonly number[]; // one more than there are columns
  y: readonly number[]; // one more than there are rows
  runs: readonly (readonly (readonly number[])[])[]; // [row][column] -> runs
}

export function cellMap(data: readonly Trace[]): CellMap | null {
  const layers = data.filter((trace) => trace["type"] === "heatmap" && trace["customdata"] !== undefined);
  const [first] = layers;
  if (first === undefined) return null;
  const [x, y] = [numbers(first["x"]), numbers(first["y"])];
  const runs = Array.from({ length: Math.max(0, y.length - 1) }, () =>
    Array.from({ length: Math.max(0, x.length - 1) }, (): number[] => []),
  );
  for (const layer of layers) {
    listOf(layer["customdata"]).forEach((line, row) => {
      listOf(line).forEach((cell, column) => runs[row]?.[column]?.push(...runsOf(cell)));
    });
  }
  return { x, y, runs };
}

/** An SVG path in the axes' coordinates around the cells that hold a selected run; empty when there are none. */
export function outline({ x, y, runs }: CellMap, selected: ReadonlySet<number>): string {
  if (selected.size === 0) return "";
  const chosen = (row: number, column: number): boolean =>
    runs[row]?.[column]?.some((run) => selected.has(run)) ?? false;
  const sides: string[] = [];
  runs.forEach((line, row) => {
    line.forEach((_, column) => {
      if (!chosen(row, column)) return;
      const [left, right, low, high] = [x[column], x[column + 1], y[row], y[row + 1]];
      if (!chosen(row - 1, column)) sides.push(`M${left},${low}L${right},${low}`);
      if (!chosen(row + 1, column)) sides.push(`M${left},${high}L${right},${high}`);
      if (!chosen(row, column - 1)) sides.push(`M${left},${low}L${left},${high}`);
      if (!chosen(row, column + 1)) sides.push(`M${right},${low}L${right},${high}`);
    });
  });
  return sides.join("");
}

function numbers(value: unknown): number[] {
  return listOf(value).map(Number);
}
