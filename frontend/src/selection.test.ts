import { expect, test } from "vitest";

import { picked } from "./selection";

const before = { runs: [1, 2], run: 2 };

test("a pick replaces the selection, and lets go of a run that is no longer in it", () => {
  expect(picked(before, [9, 3, 3], false)).toEqual({ runs: [3, 9], run: null });
  expect(picked(before, [2], false)).toEqual({ runs: [2], run: 2 });
});

test("adding takes in what is new and takes out what was all in", () => {
  expect(picked(before, [2, 5], true)).toEqual({ runs: [1, 2, 5], run: 2 });
  expect(picked(before, [2], true)).toEqual({ runs: [1], run: null });
});
