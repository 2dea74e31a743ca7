import { expect, test } from "vitest";

import type { FoundEvents } from "./api/types";
import {
  checkpointFrom,
  correctionOf,
  foundMarks,
  handlesOf,
  heldMarks,
  movedTo,
  stepScale,
  withOneMore,
  without,
} from "./correcting";

const FOUND: FoundEvents = {
  run: 1,
  series: "test_loss",
  time: "log",
  plateaus: [{ start: 10, end: 100, confidence: 0.9 }],
  drops: [{ onset: 100, midpoint: 200, end: 400, fall: 2, confidence: 0.8 }],
  spikes: [],
  too_few: false,
  correction: null,
};
const MARKS = foundMarks(FOUND);

test("what was found holds until somebody says otherwise, kind by kind", () => {
  expect(heldMarks(FOUND)).toEqual(MARKS);
  const correction = { plateaus: [], drops: null, spikes: [7], note: "" };
  expect(heldMarks({ ...FOUND, correction })).toEqual({ ...MARKS, plateaus: [], spikes: [7] });
});

test("only the kinds that were changed are sent, and nothing where all is as found", () => {
  expect(correctionOf(FOUND, MARKS, " ")).toBeNull();
  expect(correctionOf(FOUND, MARKS, "seen")).toEqual({ plateaus: null, drops: null, spikes: null, note: "seen" });
  expect(correctionOf(FOUND, without(MARKS, "drops", 0), "")).toMatchObject({ plateaus: null, drops: [] });
});

test("a handle goes as far as its neighbours", () => {
  const [, midpoint] = handlesOf(MARKS, "drops", 0, 1000);
  expect(midpoint).toMatchObject({ label: "drop 1: midpoint", step: 200, low: 100, high: 400 });
  if (midpoint === undefined) throw new Error("a drop has three handles");
  expect(movedTo(MARKS, midpoint, 300).drops).toEqual([{ onset: 100, midpoint: 300, end: 400 }]);
  expect(movedTo(MARKS, midpoint, 9999).drops).toEqual([{ onset: 100, midpoint: 400, end: 400 }]);
  expect(handlesOf(MARKS, "plateaus", 0, 1000).map(({ low, high }) => [low, high])).toEqual([
    [0, 100],
    [10, 1000],
  ]);
});

test("an event can be added", () => {
  const steps = Array.from({ length: 11 }, (_, at) => at * 10);
  expect(withOneMore(MARKS, "spikes", steps).spikes).toEqual([50]);
  expect(withOneMore(MARKS, "drops", steps).drops[1]).toEqual({ onset: 50, midpoint: 60, end: 70 });
});

test("arrows go from checkpoint to checkpoint", () => {
  expect(checkpointFrom([0, 10, 100], 11, 1)).toBe(100);
  expect(checkpointFrom([0, 10, 100], 0, -1)).toBe(0);
});

test.each(["log", "linear"] as const)("a step and its place on the %s scale are each other's inverse", (time) => {
  const scale = stepScale(time, 5000);
  expect([scale.share(0), scale.share(5000)]).toEqual([0, 1]);
  expect(scale.step(scale.share(321))).toBeCloseTo(321, 6);
});
