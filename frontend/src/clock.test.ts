import { expect, test } from "vitest";

import { ahead, following, indexOf, moved } from "./clock";

const steps = [0, 1, 3, 10, 30];

test("the clock stands at a checkpoint, at the one before, or at the end when live", () => {
  expect(indexOf({ steps, step: 3 })).toBe(2);
  expect(indexOf({ steps, step: 9 })).toBe(2);
  expect(indexOf({ steps, step: 999 })).toBe(4);
  expect(indexOf({ steps, step: null })).toBe(4);
  expect(indexOf({ steps: [], step: null })).toBe(0);
});

test("it moves by checkpoints and is held at both ends", () => {
  expect(moved({ steps, step: 3 }, 1)).toBe(10);
  expect(moved({ steps, step: 0 }, -1)).toBe(0);
  expect(moved({ steps, step: null }, 5)).toBe(30);
  expect(moved({ steps: [], step: null }, 1)).toBeNull();
});

test("playing ends at the last checkpoint", () => {
  expect(following({ steps, step: 10 })).toBe(30);
  expect(following({ steps, step: 30 })).toBeNull();
});

test("neighbours are fetched ahead, further while playing, none while live", () => {
  expect(ahead({ steps, step: 3 }, false)).toEqual([10, 1, 30]);
  expect(ahead({ steps, step: 3 }, true)).toEqual([10, 30]);
  expect(ahead({ steps, step: null }, false)).toEqual([]);
});
