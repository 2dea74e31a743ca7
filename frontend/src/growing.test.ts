import { expect, test } from "vitest";

import { beginningOf } from "./beginning";
import { closerAddress, forkAddress, moreSeeds, nextSeed, numbersFrom, sliceWords } from "./growing";
import { madeUpExperiment } from "./test-server";

const AXES = ["optimizer.learning_rate", "model.width"];
const made = madeUpExperiment();
const EXPERIMENT = {
  spec: {
    ...made.spec,
    axes: AXES.map((path) => ({ path, values: [1, 2], scales: {} })),
    extensions: [{ axes: [], first_seed: 4, seeds: 2 }],
  },
};
const TABLE = {
  runs: [1, 2, 3, 4, 5],
  points: { "optimizer.learning_rate": [0.1, 0.1, 0.2, 0.2, 0.1], "model.width": [8, 16, 8, 16, 8] },
};

test("new seeds come after all that there are", () => {
  expect(nextSeed(made)).toBe(1);
  expect(nextSeed(EXPERIMENT)).toBe(6);
});

test("every cell gets more seeds where none is selected", () => {
  expect(moreSeeds(EXPERIMENT, TABLE, [], 3)).toEqual([{ axes: [], first_seed: 6, seeds: 3 }]);
});

test("a rectangle of cells is one extension, anything else one for each cell", () => {
  const axes = (values: unknown[][]): unknown[] => AXES.map((path, at) => ({ path, values: values[at], scales: {} }));
  expect(moreSeeds(EXPERIMENT, TABLE, [1, 2, 5], 1)).toEqual([
    { axes: axes([[0.1], [8, 16]]), first_seed: 6, seeds: 1 },
  ]);
  expect(moreSeeds(EXPERIMENT, TABLE, [1, 4], 1)?.map((one) => one.axes)).toEqual([
    axes([[0.1], [8]]),
    axes([[0.2], [16]]),
  ]);
});

test("more cells than can be sent at once are refused", () => {
  const runs = Array.from({ length: 300 }, (_, at) => at + 1);
  const points = { "optimizer.learning_rate": runs, "model.width": runs };
  expect(moreSeeds(EXPERIMENT, { runs, points }, runs, 1)).toBeNull();
});

test("the page of a new experiment reads the addresses of forks and closer looks", () => {
  const read = (address: string): ReturnType<typeof beginningOf> =>
    beginningOf(new URLSearchParams(address.slice(address.indexOf("?"))));
  const fork = { run: 7, step: 0, field: "learning_rate", values: [0.1, 1e-9] };
  expect(read(forkAddress(3, fork))).toMatchObject({ experiment: 3, run: 7, fork: { step: 0, values: [0.1, 1e-9] } });
  const closer = { runs: [1, 2, 3, 9], begin: 5, end: 80, count: 40 };
  expect(read(closerAddress(3, closer))).toMatchObject({ experiment: 3, microscope: closer });
});

test("numbers with commas between", () => {
  expect(numbersFrom("0.1, 1e-3")).toEqual([0.1, 1e-3]);
  expect(numbersFrom("0.1,,2")).toBeNull();
  expect(numbersFrom("much")).toBeNull();
});

test("where new points lie along axes that are not drawn is said in words", () => {
  const axes = [...AXES, "task.train_examples"].map((path) => ({ path, values: [1, 2], scales: {} }));
  const three = { spec: { ...made.spec, axes } };
  expect(sliceWords(three, ["task.train_examples:10"], AXES)).toEqual([
    "Only the slice that is shown is trained: train examples 10.",
  ]);
  expect(sliceWords(three, ["optimizer.learning_rate:1"], AXES).join()).toMatch(/all values of train examples;/);
  expect(sliceWords(three, [], ["model.width", "seed"])).toHaveLength(1);
  expect(sliceWords(EXPERIMENT, [], AXES)).toEqual([]);
});
