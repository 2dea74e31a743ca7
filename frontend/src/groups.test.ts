import { expect, test } from "vitest";

import type { View } from "./api/types";
import { addressOf, asOneGroup, fits, phaseSides, waysToPart } from "./groups";
import { madeUpTable } from "./test-server";
import { DEFAULTS } from "./view";

const view: View = { ...DEFAULTS, experiment: 7 };
const table = { ...madeUpTable(4), points: { "optimizer.learning_rate": [0.1, 0.1, 0.2, 0.2] }, seeds: [0, 1, 0, 1] };
const rows = table.runs.map((run, place) => ({ run, place }));
const runsOf = (label: string, looked = view): number[][] | undefined =>
  waysToPart(table, looked, rows)
    .find((way) => way.label.startsWith(label))
    ?.sides.map((side) => side.runs);

test("what is selected is parted into runs, cells, and the groups of the table", () => {
  expect(runsOf("each run")).toEqual([[1], [2], [3], [4]]);
  expect(runsOf("each cell")).toEqual([
    [1, 2],
    [3, 4],
  ]);
  expect(runsOf("the groups")).toBeUndefined();
  expect(runsOf("the groups", { ...view, group: ["seed"] })).toEqual([
    [1, 3],
    [2, 4],
  ]);
});

test("more sides than stand next to each other are told and not opened", () => {
  const many = madeUpTable(9);
  const all = many.runs.map((run, place) => ({ run, place }));
  expect(waysToPart(many, view, all).map(({ label }) => label)).toEqual([]);
  const [way] = waysToPart(many, { ...view, group: ["run"] }, all);
  expect(way?.sides).toHaveLength(9);
  expect(way !== undefined && fits(way)).toBe(false);
});

test("phases become groups by an expression, within the filter of the view", () => {
  const found = phaseSides({ ...view, filter: "seed < 2" }, ["grokking", null, "confusion", "grokking"]);
  expect(found.map(({ filter }) => filter)).toEqual([
    '(seed < 2) and phase == "confusion"',
    '(seed < 2) and phase == "grokking"',
  ]);
});

test("all that is looked at is one group by its filter, what is selected by its runs", () => {
  expect(asOneGroup({ ...view, filter: "seed == 1" }, rows)).toMatchObject({ runs: [], filter: "seed == 1" });
  expect(asOneGroup({ ...view, runs: [2, 3] }, rows.slice(1, 3))).toMatchObject({ runs: [2, 3], filter: "" });
});

test("the comparison opens under the clock and the curves of the explorer", () => {
  expect(
    addressOf({ ...view, step: 100, series: "loss" }, [asOneGroup({ ...view, runs: [1] }, rows.slice(0, 1))]),
  ).toBe("/compare?with=7:1&step=100&series=loss");
});
