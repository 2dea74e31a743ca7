import { expect, test } from "vitest";

import { runsOf, runsOfPoint } from "./points";

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
