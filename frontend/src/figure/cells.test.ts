import { expect, test } from "vitest";

import { cellMap, outline, runsOf, runsOfPoint } from "./cells";

const FRAME = { type: "heatmap", x: new Float64Array([0.5, 5, 50, 500]), y: [0, 1, 2] };
const TRAINED = {
  ...FRAME,
  customdata: [
    [[1], [2, 3], null],
    [[5], null, null],
  ],
};
const WAITING = {
  ...FRAME,
  customdata: [
    [null, null, [4]],
    [null, [6], null],
  ],
};

function map(): NonNullable<ReturnType<typeof cellMap>> {
  const found = cellMap([{ type: "scatter" }, TRAINED, WAITING]);
  if (found === null) throw new Error("the heat maps were not found");
  return found;
}

test("runs are read from a number, a list and a list of lists", () => {
  expect(runsOf(4)).toEqual([4]);
  expect(runsOf([[1, 2], 3])).toEqual([1, 2, 3]);
  expect(runsOf(new Int32Array([7, 8]))).toEqual([7, 8]);
  expect(runsOf([0.5, "text", null, -1])).toEqual([]);
});

test("a point without runs stands for those of its trace", () => {
  expect(runsOfPoint({ meta: { runs: [8, 9] } }, undefined)).toEqual([8, 9]);
  expect(runsOfPoint({ meta: { runs: [8, 9] } }, 7)).toEqual([7]);
  expect(runsOfPoint({ meta: "text" }, null)).toEqual([]);
  expect(runsOfPoint(undefined, undefined)).toEqual([]);
});

test("layers of heat maps make one map", () => {
  expect(map().runs).toEqual([
    [[1], [2, 3], [4]],
    [[5], [6], []],
  ]);
  expect(cellMap([{ type: "scatter", customdata: [1] }])).toBeNull();
});

test("the outline of two neighbours leaves out the border between them", () => {
  expect(outline(map(), new Set([1]))).toBe("M0.5,0L5,0M0.5,1L5,1M0.5,0L0.5,1M5,0L5,1");
  expect(outline(map(), new Set([1, 3])).match(/M/g)).toHaveLength(6);
  expect(outline(map(), new Set())).toBe("");
  expect(outline(map(), new Set([999]))).toBe("");
});
