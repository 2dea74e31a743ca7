/** Which runs lie under a point of a figure: the server writes them into it, so that a click selects. */
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

/** Runs of every cell of a diagram, in rows from below: from the layers of heat maps that lie over each other. */
export function cellsOf(data: readonly Trace[]): readonly (readonly (readonly number[])[])[] {
  const known = kept.get(data);
  if (known !== undefined) return known;
  const layers = data.filter((trace) => trace["type"] === "heatmap").map((trace) => listOf(trace["customdata"]));
  const rows = (layers[0] ?? []).map((line, row) =>
    listOf(line).map((_, column) => layers.map((layer) => runsOf(listOf(layer[row])[column])).find(some) ?? []),
  );
  kept.set(data, rows);
  return rows;
}

const kept = new WeakMap<object, readonly (readonly (readonly number[])[])[]>();
const some = (runs: readonly number[]): boolean => runs.length > 0;
