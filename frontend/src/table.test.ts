import { expect, test } from "vitest";

import type { RunTable } from "./api/types";
import { between, csvOf, differing, expressionOf, grouped, itemsOf, longest, middleOf, rowsOf } from "./table";
import { madeUpTable } from "./test-server";

const TABLE: RunTable = {
  runs: [1, 2, 3, 4],
  points: { "model.width": [8, 8, 16, 16], "task.name": ["a", "a", "a", "a"] },
  seeds: [0, 1, 0, 1],
  states: ["finished", "failed", "finished", "finished"],
  steps: [10, 3, 10, 10],
  messages: { 2: "the loss is infinite" },
  marks: [{ run: 3, tags: ["good"], note: 'says "yes", twice', archived: false }],
  values: { loss: [0.3, null, 0.1, 0.2] },
};
const ALL = { only: null, find: null, sort: null };
const runsOf = (wanted: Parameters<typeof rowsOf>[1]): number[] => rowsOf(TABLE, wanted).map(({ run }) => run);

test("rows are sorted either way, and what is missing comes last", () => {
  expect(runsOf({ ...ALL, sort: "loss" })).toEqual([3, 4, 1, 2]);
  expect(runsOf({ ...ALL, sort: "-loss" })).toEqual([1, 4, 3, 2]);
  expect(runsOf({ ...ALL, sort: "state" })).toEqual([2, 1, 3, 4]);
});

test("an expression is looked for in settings, reasons, tags and notes", () => {
  expect(runsOf({ ...ALL, find: /width=16/ })).toEqual([3, 4]);
  expect(runsOf({ ...ALL, find: /infinite|good/ })).toEqual([2, 3]);
  expect(runsOf({ ...ALL, find: /width/, only: new Set([4]) })).toEqual([4]);
});

test("what is not yet an expression finds everything, and says so", () => {
  expect(expressionOf("(")).toMatchObject({ find: null });
  expect(expressionOf("(").problem).not.toBeNull();
  expect(expressionOf("A.c").find?.test("xabc")).toBe(true);
});

test("groups have their rows under them, unless they are closed", () => {
  const rows = rowsOf(TABLE, ALL);
  const groups = grouped(TABLE, rows, ["model.width"], String);
  expect(groups.map(({ label, rows: own }) => [label, own.length])).toEqual([
    ["8", 2],
    ["16", 2],
  ]);
  const items = itemsOf(groups, rows, new Set([groups[0]?.key ?? ""]));
  expect(items.map((item) => (item.kind === "group" ? item.group.label : item.row.run))).toEqual(["8", "16", 3, 4]);
  expect(between(items, 4, 3)).toEqual([3, 4]);
  expect(between(items, 1, 3)).toEqual([3]);
});

test("the middle of numbers, of an even count between the two", () => {
  const rows = rowsOf(TABLE, ALL);
  expect(middleOf(TABLE, "loss", rows)).toBe(0.2);
  expect(middleOf(TABLE, "model.width", rows)).toBe(12);
  expect(middleOf(TABLE, "task.name", rows)).toBeNull();
});

test("only what differs", () => {
  expect(differing(TABLE, rowsOf(TABLE, ALL), ["model.width", "task.name", "seed"])).toEqual(["model.width", "seed"]);
});

test("a file for other programs quotes what needs it", () => {
  const text = csvOf(TABLE, rowsOf(TABLE, { ...ALL, only: new Set([2, 3]) }), ["run", "loss"]);
  expect(text).toBe('run,loss,tags,note\n2,,,\n3,0.1,good,"says ""yes"", twice"\n');
});

test("a column is as wide as the longest of its values, the last among them", () => {
  const many = madeUpTable(10_001);
  expect(longest(many, "run", String)).toBe(5);
  expect(longest(many, "state", String)).toBe("finished".length);
  expect(longest(madeUpTable(0), "run", (value) => (value === undefined ? "" : "one"))).toBe(0);
});
