/** From what is selected in an explorer to the sides of a comparison: each run, each cell, each group of the table, each
 * phase, or all of it as one group. */
import type { RunTable, Side, View } from "./api/types";
import { MOST_SIDES, searchFromComparison, SHOWN_FIRST } from "./comparison";
import { grouped, type Row } from "./table";

export interface Way {
  label: string;
  sides: readonly Side[];
}

/** Whether as many can stand side by side, and more than one. */
export function fits({ sides }: Way): boolean {
  return sides.length >= 2 && sides.length <= MOST_SIDES;
}

function side(experiment: number, runs: readonly number[], filter = ""): Side {
  return { experiment, runs: [...runs], run: null, filter };
}

/** Whether the rows are all for which the view's filter holds: nothing is selected, cut or searched for. */
function areAll(table: RunTable, view: View, rows: readonly Row[]): boolean {
  return view.runs.length === 0 && view.at.length === 0 && rows.length === table.runs.length;
}

/** All that is meant as one group: by the filter of the view, else by its runs. Null where there are none. */
export function asOneGroup(table: RunTable, view: View, rows: readonly Row[]): Side | null {
  const runs = rows.map((row) => row.run);
  if (runs.length === 0) return null; // a side without numbers would be the whole experiment
  return areAll(table, view, rows) ? side(view.experiment, [], view.filter) : side(view.experiment, runs);
}

/** How the rows can be told apart, each way with its sides. A way that parts nothing is left out. */
export function waysToPart(table: RunTable, view: View, rows: readonly Row[]): Way[] {
  const partsBy = (fields: readonly string[]): Side[] =>
    grouped(table, rows, fields, String).map((group) =>
      side(
        view.experiment,
        group.rows.map((row) => row.run),
      ),
    );
  const each = rows.length > MOST_SIDES ? [] : rows.map((row) => side(view.experiment, [row.run]));
  const cells = partsBy(Object.keys(table.points));
  const ways: Way[] = [{ label: "each run on its own", sides: each }];
  if (cells.length < rows.length) ways.push({ label: "each cell as a group, over its seeds", sides: cells });
  if (view.group.length > 0) ways.push({ label: "the groups of the table", sides: partsBy(view.group) });
  return ways.filter((way) => way.sides.length > 1);
}

/** A group for each phase that some of the rows is in: by an expression where they are all that the view looks at, so that
 * what trains on moves to its own phase, else by its runs. */
export function phaseSides(
  table: RunTable,
  view: View,
  rows: readonly Row[],
  phases: Pick<RunTable, "runs" | "values">,
): Side[] {
  const told = new Map(phases.runs.map((run, place) => [run, phases.values["phase"]?.[place]]));
  const runsOf = new Map<string, number[]>();
  for (const { run } of rows) {
    const phase = told.get(run);
    if (typeof phase !== "string") continue;
    const those = runsOf.get(phase);
    if (those === undefined) runsOf.set(phase, [run]);
    else those.push(run);
  }
  const names = [...runsOf.keys()].sort();
  if (!areAll(table, view, rows)) return names.map((name) => side(view.experiment, runsOf.get(name) ?? []));
  const before = view.filter === "" ? "" : `(${view.filter}) and `;
  return names.map((name) => side(view.experiment, [], `${before}phase == "${name}"`));
}

/** Where a comparison of these sides opens, under the clock and the curves of the explorer. */
export function addressOf(view: View, sides: readonly Side[]): string {
  const { step, series, step_scale, layer } = view;
  const whole = { sides: [...sides], step, series, step_scale, layer, beside: [...SHOWN_FIRST] };
  return `/compare${searchFromComparison(whole)}`;
}
