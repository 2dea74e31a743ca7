/** Which runs are selected, after a click, a shift-click, a box, a lasso or a table row. */
import type { View } from "./api/types";
import type { CellPlace, Diagram } from "./figure/diagrams";
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

/** All cells of a rectangle: from one picked run's cell to another's, in every diagram from the one's to the other's.
 * Null where one of them is in none. */
export function rectangle(diagrams: readonly Pick<Diagram, "cells">[], from: number, to: number): number[] | null {
  const [one, other] = [placeOf(diagrams, from), placeOf(diagrams, to)];
  if (one === null || other === null) return null;
  const inside = (name: keyof CellPlace, place: number): boolean =>
    place >= Math.min(one[name], other[name]) && place <= Math.max(one[name], other[name]);
  return diagrams
    .filter((_, diagram) => inside("diagram", diagram))
    .flatMap(({ cells }) => cells.filter((_, row) => inside("row", row)))
    .flatMap((line) => line.filter((_, column) => inside("column", column)))
    .flat();
}

function placeOf(diagrams: readonly Pick<Diagram, "cells">[], run: number): CellPlace | null {
  for (const [diagram, { cells }] of diagrams.entries()) {
    for (const [row, line] of cells.entries()) {
      const column = line.findIndex((ids) => ids.includes(run));
      if (column !== -1) return { diagram, row, column };
    }
  }
  return null;
}
