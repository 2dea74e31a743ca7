import { expect, test } from "vitest";

import { beginningOf } from "./beginning";

const of = (search: string): ReturnType<typeof beginningOf> => beginningOf(new URLSearchParams(search));
const NOTHING = { recipe: null, size: null, experiment: null, run: null, around: false, fork: null, microscope: null };

test.each([
  ["", {}],
  ["recipe=effective_theory&size=small", { recipe: "effective_theory", size: "small" }],
  ["experiment=3", { experiment: 3 }],
  ["experiment=3&run=45&around=1", { experiment: 3, run: 45, around: true }],
  [
    "experiment=3&run=45&step=0&field=weight_decay&value=0.1&value=1e-2",
    { experiment: 3, run: 45, fork: { step: 0, field: "weight_decay", values: [0.1, 0.01] } },
  ],
  [
    "experiment=3&runs=4,7-9&begin=0&end=100",
    { experiment: 3, microscope: { runs: [4, 7, 8, 9], begin: 0, end: 100, count: 100 } },
  ],
  ["experiment=x&run=-1&step=1&field=a&value=b", {}],
])("%s", (search, expected) => {
  expect(of(search)).toEqual({ ...NOTHING, ...expected });
});
