import { describe, expect, test } from "vitest";

import { changeOf, dropOf, frameAt, framesOf, stepOf, withFrame } from "./frames";

const figure = {
  data: [{ type: "scatter", x: [9], text: ["a"] }, { type: "scatter" }],
  layout: { annotations: ["last"], xaxis: { range: [0, 1] } },
  config: null,
  frames: [0, 10, 100].map((step) => ({
    name: String(step),
    traces: [0],
    data: [{ type: "scatter", x: [step] }],
    layout: { annotations: [`at ${step}`] },
  })),
};

describe("a filmed figure", () => {
  const frames = framesOf(figure);

  test.each([
    [null, 100],
    [0, 0],
    [9, 0],
    [10, 10],
    [1e9, 100],
  ])("at step %s shows what was kept at %i", (step, kept) => {
    expect(frameAt(frames, step)?.step).toBe(kept);
  });

  test("takes the frame's data and words, keeps all else, and is not changed itself", () => {
    const shown = withFrame(figure, frameAt(frames, 10));
    expect(shown.data).toEqual([{ type: "scatter", x: [10], text: ["a"] }, { type: "scatter" }]);
    expect(shown.layout).toEqual({ annotations: ["at 10"], xaxis: { range: [0, 1] } });
    expect(figure.data[0]?.x).toEqual([9]);
  });

  test("tells Plotly only what changes", () => {
    expect(frames.map(changeOf)).toEqual([{ x: [[0]] }, { x: [[10]] }, { x: [[100]] }]);
  });

  test("before the first kept step shows the first, and without frames what was drawn", () => {
    expect(frameAt(framesOf({ ...figure, frames: figure.frames.slice(1) }), 5)?.step).toBe(10);
    const { frames: _, ...still } = figure;
    expect(frameAt(framesOf(still), 5)).toBeNull();
    expect(withFrame(still, null)).toBe(still);
  });
});

test.each([
  ["log", 40, 200, 40],
  ["step", null, 200, null],
  ["drop", 50, 200, 100],
  ["drop", null, 200, null],
  ["drop", 50, null, null],
] as const)("a clock on %s at %s, with a drop at %s, stands at step %s", (mode, place, drop, step) => {
  expect(stepOf(place, mode, drop)).toBe(step);
});

test("a figure tells the drop of the run that it shows, or none", () => {
  expect(dropOf({ ...figure, layout: { meta: { drop_step: 120 } } })).toBe(120);
  expect(dropOf({ ...figure, layout: { meta: { drop_step: null } } })).toBeNull();
  expect(dropOf(figure)).toBeNull();
});
