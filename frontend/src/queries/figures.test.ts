import { expect, test } from "vitest";

import { viewFromSearch } from "../view";
import { askedOf } from "./figures";

const card = {
  name: "new",
  title: "New",
  description: "A figure that this page has never heard of.",
  scope: "all",
} as const;
const view = viewFromSearch(7, "?runs=4,5&step=10&layer=hidden_1");

test("a figure is asked with what it is drawn from, and nothing else", () => {
  expect(askedOf({ ...card, drawn_from: ["runs", "layer"] }, view)).toEqual({ runs: [4, 5], layer: "hidden_1" });
  expect(askedOf({ ...card, drawn_from: ["step", "x"] }, view)).toEqual({ step: 10 });
});

test("the run is told, and it is among the runs", () => {
  expect(askedOf({ ...card, drawn_from: ["run"] }, view)).toEqual({ run: 4 });
  expect(askedOf({ ...card, drawn_from: ["runs"] }, { ...view, runs: [], run: 9 })).toEqual({ runs: [9] });
});

test("a field that only a newer server knows is left out", () => {
  expect(askedOf({ ...card, drawn_from: ["something_new"] }, view)).toEqual({});
});
