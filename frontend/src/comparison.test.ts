import { expect, test } from "vitest";

import { askedOfComparison, comparisonFromSearch, searchFromComparison } from "./comparison";

test.each([
  "",
  "?with=3",
  "?with=3:1,2,7-12&with=5:4",
  "?with=3:1-9@7&with=3@4",
  "?with=3?phase%20==%20%22grokking%22&with=3:1-40@2?seed%20%3C%202%20and%20tag%20==%20%22%26%23%22",
  "?with=3&step=100&series=weight_norm&step_scale=linear&layer=hidden_1&beside=drift,phase_diagram",
  "?with=3&beside=",
])("the address %s is what it compares", (search) => {
  expect(searchFromComparison(comparisonFromSearch(search))).toBe(search);
});

test("what makes no sense in an address is left out, so that old links keep opening", () => {
  const made = comparisonFromSearch("?with=x&with=0&with=3:a,5&step=-1&step_scale=odd&mood=good&with=4:1-&series=");
  expect(made.sides).toEqual([
    { experiment: 3, runs: [5], run: null, filter: "" },
    { experiment: 4, runs: [], run: null, filter: "" },
  ]);
  expect(made).toMatchObject({
    step: null,
    step_scale: "log",
    series: "accuracy",
    beside: ["drift", "representation_film"],
  });
});

test("at most six sides are taken from an address", () => {
  expect(comparisonFromSearch(`?${"with=1&".repeat(9)}`).sides).toHaveLength(6);
});

test("a group is its runs, those of them for which an expression holds, and the run that stands for them", () => {
  const { sides } = comparisonFromSearch(`?with=${encodeURIComponent('3:1-3@2?phase == "a@b:c?"')}`);
  expect(sides).toEqual([{ experiment: 3, runs: [1, 2, 3], run: 2, filter: 'phase == "a@b:c?"' }]);
});

test("a figure is asked with its sides and the fields it is drawn from", () => {
  const comparison = comparisonFromSearch("?with=3:1,2&step=100&series=loss");
  expect(askedOfComparison(comparison, ["series", "layer"])).toEqual({ with: ["3:1,2"], series: "loss" });
});
