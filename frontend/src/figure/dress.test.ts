import { expect, test } from "vitest";

import { clockedShapes, dressed, type Dress } from "./dress";

const PLAIN: Dress = { scheme: "light", drag: "zoom", still: false };
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
  const { layout, config } = dressed(FIGURE, null, PLAIN);
  expect(layout).not.toHaveProperty("title");
  expect(layout).not.toHaveProperty("width");
  expect(layout).toMatchObject({ autosize: true, uirevision: "a b", dragmode: "zoom" });
  expect(layout["template"]).not.toEqual(dressed(FIGURE, null, { ...PLAIN, scheme: "dark" }).layout["template"]);
  expect(config["modeBarButtonsToRemove"]).toContain("sendChartToCloud");
});

test("the line of the clock is moved, other shapes stay", () => {
  const moved = [
    { name: "clock", x0: 300, x1: 300, visible: true },
    { name: "threshold", y0: 0.9 },
  ];
  expect(clockedShapes(FIGURE, 300)).toEqual(moved);
  expect(dressed(FIGURE, 300, PLAIN).layout["shapes"]).toEqual(moved);
  expect(clockedShapes(FIGURE, null)).toEqual(FIGURE.layout.shapes);
});

test("a small picture has neither axes nor legend nor events", () => {
  const { data, layout, config } = dressed(FIGURE, null, { ...PLAIN, still: true });
  expect(data[0]).toMatchObject({ showlegend: false, showscale: false });
  expect(layout).toMatchObject({ showlegend: false, shapes: [], xaxis: { visible: false } });
  expect(config).toMatchObject({ staticPlot: true });
});
