import { expect, test } from "vitest";

import { closedUp, composed } from "./page-image";

const box = (left: number, top: number, width = 100, height = 50) => ({ left, top, width, height });

test("figures keep their places in a row, and rows close up where a table stood between them", () => {
  const placed = closedUp([box(0, 500), box(200, 480, 100, 90), box(0, 2000), box(0, 2060)]);
  expect(placed.map(({ left, top }) => [left, top])).toEqual([
    [0, 94], // as far below its neighbour as on the page
    [200, 74],
    [0, 206],
    [0, 266],
  ]);
});

test("a picture of a page holds every figure under its title, and takes no title for markup", () => {
  const svg = '<svg xmlns="http://www.w3.org/2000/svg" width="100" height="50"><circle r="3"/></svg>';
  const made = composed("Two <families>", [
    { ...box(10, 300), title: "A  Drift", svg },
    { ...box(150, 300), title: "B  Drift", svg },
  ]);
  const drawn = new DOMParser().parseFromString(made.svg, "image/svg+xml");
  expect([made.width, made.height]).toEqual([274, 148]);
  expect([...drawn.querySelectorAll("text")].map((text) => text.textContent)).toEqual([
    "Two <families>",
    "A  Drift",
    "B  Drift",
  ]);
  expect([...drawn.querySelectorAll("svg svg")].map((figure) => figure.getAttribute("x"))).toEqual(["10", "150"]);
  expect(drawn.querySelectorAll("circle")).toHaveLength(2);
});
