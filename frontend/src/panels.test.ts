import { expect, test } from "vitest";

import type { FigureCard } from "./api/types";
import { added, enlarged, hidden, panelsOf, replaced, shifted } from "./panels";
import { rectangle } from "./selection";

const CARDS = ["phase_diagram", "curves", "drift", "slices"].map((name): FigureCard => ({
  name,
  title: name,
  description: "",
  scope: "all",
  drawn_from: [],
}));
const USUAL = { panels: [], large: null };

test("the usual panels, as far as there are such figures, and nothing in the address", () => {
  expect(panelsOf(USUAL, CARDS)).toEqual(["phase_diagram", "curves", "drift"]);
  expect(panelsOf({ panels: ["gone", "slices"] }, CARDS)).toEqual(["slices"]);
  expect(panelsOf({ panels: ["gone"] }, CARDS)).toEqual(["phase_diagram", "curves", "drift"]);
});

test("a panel is exchanged, or changes places with where the figure stands already", () => {
  expect(replaced(USUAL, CARDS, "curves", "slices").panels).toEqual(["phase_diagram", "slices", "drift"]);
  expect(replaced({ panels: [], large: "curves" }, CARDS, "curves", "drift")).toEqual({
    panels: ["phase_diagram", "drift", "curves"],
    large: "drift",
  });
});

test("panels are moved, added and hidden, and back to the usual nothing is written", () => {
  const moved = shifted(USUAL, CARDS, "drift", -1);
  expect(moved.panels).toEqual(["phase_diagram", "drift", "curves"]);
  expect(shifted(moved, CARDS, "drift", 1).panels).toEqual([]);
  expect(shifted(USUAL, CARDS, "phase_diagram", -1).panels).toEqual([]);
  const more = added(USUAL, CARDS, "slices");
  expect(more.panels).toEqual(["phase_diagram", "curves", "drift", "slices"]);
  expect(hidden(more, CARDS, "slices").panels).toEqual([]);
  expect(hidden({ panels: ["curves"], large: null }, CARDS, "curves").panels).toEqual(["curves"]);
});

test("one panel is large at a time", () => {
  expect(enlarged(USUAL, "curves").large).toBe("curves");
  expect(enlarged({ panels: [], large: "curves" }, "curves").large).toBeNull();
});

test("from one cell to another lies a rectangle", () => {
  const cells = [
    [[1], [2], [3]],
    [[4], [5, 6], [7]],
  ];
  expect(rectangle([{ cells }], 6, 1)).toEqual([1, 2, 4, 5, 6]);
  expect(rectangle([{ cells }], 1, 99)).toBeNull();
  const beside = {
    cells: [
      [[11], [12]],
      [[14], [15]],
    ],
  };
  expect(rectangle([{ cells }, beside], 11, 14)).toEqual([11, 14]);
  expect(rectangle([{ cells }, beside], 1, 12)).toEqual([1, 2, 11, 12]);
});
