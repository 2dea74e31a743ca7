/** Which runs are selected, after a click, a shift-click, a box, a lasso or a table row. */
import type { View } from "./api/types";
import { sortedRuns } from "./view";

type Chosen = Pick<View, "runs" | "run">;

/** A plain pick selects just these runs; adding takes them in, or out again when all of them were in. */
export function picked(before: Chosen, runs: readonly number[], adding: boolean): Chosen {
  if (!adding) return kept(before, runs);
  const already = new Set(before.runs);
  const all = runs.every((run) => already.has(run));
  const out = new Set(all ? runs : []);
  return kept(
    before,
    [...before.runs, ...runs].filter((run) => !out.has(run)),
  );
}

/** The picked run stays picked while it is selected. */
function kept(before: Chosen, runs: readonly number[]): Chosen {
  const selected = sortedRuns(runs);
  return { runs: selected, run: before.run !== null && selected.includes(before.run) ? before.run : null };
}

/** All cells of a rectangle of a diagram: from one picked run's cell to another's. Null where one is not on it. */
export function rectangle(
  cells: readonly (readonly (readonly number[])[])[],
  from: number,
  to: number,
): number[] | null {
  const [one, other] = [placeOf(cells, from), placeOf(cells, to)];
  if (one === null || other === null) return null;
  const inside = (a: number, b: number, value: number): boolean => value >= Math.min(a, b) && value <= Math.max(a, b);
  return cells
    .filter((_, row) => inside(one.row, other.row, row))
    .flatMap((line) => line.filter((_, column) => inside(one.column, other.column, column)))
    .flat();
}

function placeOf(
  cells: readonly (readonly (readonly number[])[])[],
  run: number,
): { row: number; column: number } | null {
  for (const [row, line] of cells.entries()) {
    const column = line.findIndex((ids) => ids.includes(run));
    if (column !== -1) return { row, column };
  }
  return null;
}
