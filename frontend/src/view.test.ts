import { expect, test } from "vitest";

import type { View } from "./api/types";
import { madeUpExperiment } from "./test-server";
import { knownView, layersOf, runsFromText, searchFromView, shownRun, textFromRuns, viewFromSearch } from "./view";

const FULL: View = {
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
  at: ["model.width:64", 'task.name:"a, b"'],
  filter: 'phase == "grokking" and 2 > 1',
  clock: "drop",
  from_drop: 50,
  panels: ["curves", "phase_diagram"],
  large: "curves",
  columns: ["test_loss", "drop_step"],
  value: "minimum",
  group: ["optimizer.weight_decay", "seed"],
  estimator: "procrustes",
  rule: "fitted: train_loss <= 0.01; delay: 500",
  over_seeds: "mean",
  boundaries: true,
  levels: [0.5, 2],
  sort: "-test_loss",
};

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

const HERE = madeUpExperiment();
const RUNS = [1, 2];

test("what the experiment does not have gives way to the default", () => {
  const strange = viewFromSearch(
    7,
    "?x=no.where&y=no.place&colour=mood&series=mood&layer=attic&runs=2,999999&run=999999&step=10",
  );
  expect(knownView(strange, HERE, RUNS)).toEqual(viewFromSearch(7, "?step=10&runs=2"));
});

test("what it has stays", () => {
  const search = "?x=optimizer.learning_rate&colour=test_accuracy&runs=1,2&run=2&series=loss&layer=hidden_1";
  const view = viewFromSearch(7, search);
  expect(knownView(view, HERE, RUNS)).toEqual(view);
  const drift = { ...view, series: "drift_to_initial.hidden_1" };
  expect(knownView(drift, HERE, RUNS)).toEqual(drift);
});

test("one axis is not drawn over itself", () => {
  const view = viewFromSearch(7, "?x=optimizer.learning_rate&y=optimizer.learning_rate");
  expect(knownView(view, HERE, RUNS)).toMatchObject({ x: "optimizer.learning_rate", y: null });
});

test("what cannot be known yet is taken as it is", () => {
  const view = viewFromSearch(7, "?colour=mood&series=mood&layer=attic&runs=2,9&run=9");
  expect(knownView(view, { ...HERE, series: [] }, null)).toEqual(view);
});

test("layers are those whose drift is measured, each once", () => {
  expect(layersOf(["drift_to_initial.a_1", "drift_to_initial.b", "drift_to_previous.a_1", "loss"])).toEqual([
    "a_1",
    "b",
  ]);
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
