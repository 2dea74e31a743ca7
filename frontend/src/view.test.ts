import { expect, test } from "vitest";

import { runsFromText, searchFromView, shownRun, textFromRuns, viewFromSearch } from "./view";

const FULL = {
  experiment: 3,
  x: "optimizer.learning_rate",
  y: "optimizer.weight_decay",
  colour: "test_accuracy",
  step: 0,
  runs: [1, 2, 7, 8, 9, 30],
  run: 8,
  series: "drift_to_initial.hidden 1&2",
  layer: "hidden 1&2",
  step_scale: "linear",
} as const;

test("a view survives its own address", () => {
  const view = { ...FULL, runs: [...FULL.runs] };
  expect(viewFromSearch(3, searchFromView(view))).toEqual(view);
});

test("a first look has an empty address", () => {
  expect(searchFromView(viewFromSearch(1, ""))).toBe("");
});

test("an address reads as one would write it", () => {
  const view = { ...viewFromSearch(1, ""), step: 812, runs: [4, 5] };
  expect(searchFromView(view)).toBe("?step=812&runs=4,5");
});

test("unknown and senseless parameters are ignored", () => {
  const view = viewFromSearch(1, "?utm=1&step=soon&runs=a,-3,4.5,12&run=x&step_scale=cubic&colour=&x=");
  expect(view).toEqual({ ...viewFromSearch(1, ""), runs: [12] });
});

test("links written with repeated parameters open", () => {
  expect(viewFromSearch(1, "?runs=5&runs=3").runs).toEqual([3, 5]);
});

test("runs are written as ranges and read back", () => {
  expect(textFromRuns([9, 8, 7, 1, 2, 7])).toBe("1,2,7-9");
  expect(runsFromText("1,2,7-9")).toEqual([1, 2, 7, 8, 9]);
  expect(runsFromText("9-7")).toEqual([]);
});

test("a made-up range cannot fill the memory", () => {
  expect(runsFromText("1-999999999999").length).toBe(65_536);
});

test("the shown run is the picked one, else the first selected, else none", () => {
  const view = viewFromSearch(1, "?runs=5,3");
  expect(shownRun(view)).toBe(3);
  expect(shownRun({ ...view, run: 5 })).toBe(5);
  expect(shownRun(viewFromSearch(1, ""))).toBeNull();
});
