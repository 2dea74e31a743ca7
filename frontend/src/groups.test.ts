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

const phases = { runs: table.runs, values: { phase: ["grokking", null, "confusion", "grokking"] } };

test("phases become groups by an expression, within the filter of the view", () => {
  const found = phaseSides(table, { ...view, filter: "seed < 2" }, rows, phases);
  expect(found.map(({ runs }) => runs)).toEqual([[], []]);
  expect(found.map(({ filter }) => filter)).toEqual([
    '(seed < 2) and phase == "confusion"',
    '(seed < 2) and phase == "grokking"',
  ]);
});

test("phases of what is selected, cut or searched for are groups of these runs", () => {
  const named = (looked: View, those: typeof rows, within = table): object[] =>
    phaseSides(within, looked, those, phases).map(({ runs, filter }) => ({ runs, filter }));
  const [confusion, grokking] = [
    { runs: [3], filter: "" },
    { runs: [4], filter: "" },
  ];
  const last = rows.slice(1);
  expect(named({ ...view, runs: [2, 3, 4], filter: "seed < 2" }, last)).toEqual([confusion, grokking]);
  expect(named(view, last)).toEqual([confusion, grokking]); // found by an expression
  const cut = { ...table, runs: [3, 4] };
  const left = cut.runs.map((run, place) => ({ run, place })); // places are those of the cut table
  expect(named({ ...view, at: ["optimizer.learning_rate:0.2"] }, left, cut)).toEqual([confusion, grokking]);
  expect(named({ ...view, at: ["seed:7"] }, [])).toEqual([]);
});

test("all that is looked at is one group by its filter, what is selected, cut or searched for by its runs", () => {
  expect(asOneGroup(table, { ...view, filter: "seed == 1" }, rows)).toMatchObject({ runs: [], filter: "seed == 1" });
  const some = rows.slice(1, 3);
  for (const looked of [{ ...view, runs: [2, 3] }, { ...view, at: ["seed:0"] }, view])
    expect(asOneGroup(table, looked, some)).toMatchObject({ runs: [2, 3], filter: "" });
});

test("no run is no group: without numbers it would be the whole experiment", () => {
  expect(asOneGroup(table, { ...view, at: ["seed:7"] }, [])).toBeNull();
  expect(asOneGroup({ ...table, runs: [] }, { ...view, filter: "seed == 7" }, [])).toBeNull();
});

test("the comparison opens under the clock and the curves of the explorer", () => {
  const one = { experiment: 7, runs: [1], run: null, filter: "" };
  expect(addressOf({ ...view, step: 100, series: "loss" }, [one])).toBe("/compare?with=7:1&step=100&series=loss");
});
