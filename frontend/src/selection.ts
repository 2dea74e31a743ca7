/** Which runs are selected, after a click, a shift-click, a box or a table row. */
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
