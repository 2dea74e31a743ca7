import { expect, test } from "vitest";

import { listOf } from "./arrays";
import { dressed, type Dress } from "./dress";

const PLAIN: Dress = { scheme: "light", selected: new Set(), clock: null, drag: "zoom", still: false };
const FIGURE = {
  data: [{ type: "heatmap", x: [0, 1, 2], y: [0, 1], customdata: [[[1], [2]]], z: [[0, 1]] }],
  layout: {
    title: { text: "the panel says it" },
    width: 400,
    uirevision: "a b",
    shapes: [
      { name: "clock", x0: 0, x1: 0, visible: false },
      { name: "threshold", y0: 0.9 },
    ],
  },
};

test("the page decides theme and size, the figure everything else", () => {
  const { layout, config } = dressed(FIGURE, PLAIN);
  expect(layout).not.toHaveProperty("title");
  expect(layout).not.toHaveProperty("width");
  expect(layout).toMatchObject({ autosize: true, uirevision: "a b", dragmode: "zoom" });
  expect(layout["template"]).not.toEqual(dressed(FIGURE, { ...PLAIN, scheme: "dark" }).layout["template"]);
  expect(config["modeBarButtonsToRemove"]).toContain("sendChartToCloud");
});

test("the line of the clock is moved, other shapes stay", () => {
  const shapes = listOf(dressed(FIGURE, { ...PLAIN, clock: 300 }).layout["shapes"]);
  expect(shapes).toEqual([
    { name: "clock", x0: 300, x1: 300, visible: true },
    { name: "threshold", y0: 0.9 },
  ]);
});

test("selected cells are outlined without asking for another figure", () => {
  const { data, layout } = dressed(FIGURE, { ...PLAIN, selected: new Set([2]) });
  expect(data).toBe(FIGURE.data);
  expect(listOf(layout["shapes"])).toHaveLength(4);
});

test("a small picture has neither axes nor legend nor events", () => {
  const { data, layout, config } = dressed(FIGURE, { ...PLAIN, still: true, selected: new Set([1]) });
  expect(data[0]).toMatchObject({ showlegend: false, showscale: false });
  expect(layout).toMatchObject({ showlegend: false, shapes: [], xaxis: { visible: false } });
  expect(config).toMatchObject({ staticPlot: true });
});
