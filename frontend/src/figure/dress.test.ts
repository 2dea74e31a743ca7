import { expect, test } from "vitest";

import { inkOf } from "../theme/plotly";
import { dressed, shapesButTheClock, withLegend, type Dress } from "./dress";

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
  const { layout, config } = dressed(FIGURE, PLAIN);
  expect(layout).not.toHaveProperty("title");
  expect(layout).not.toHaveProperty("width");
  expect(layout).toMatchObject({ autosize: true, uirevision: "a b", dragmode: "zoom" });
  expect(layout["template"]).not.toEqual(dressed(FIGURE, { ...PLAIN, scheme: "dark" }).layout["template"]);
  expect(config["modeBarButtonsToRemove"]).toContain("sendChartToCloud");
});

test("the line of the clock is the page's, other shapes stay", () => {
  expect(shapesButTheClock(FIGURE)).toEqual([{ name: "threshold", y0: 0.9 }]);
  expect(dressed(FIGURE, PLAIN).layout["shapes"]).toEqual([{ name: "threshold", y0: 0.9 }]);
});

test("where the page has a legend of its own, the figure has none, but its saved picture has", () => {
  const figure = { ...FIGURE, layout: { margin: { t: 36, l: 56 }, showlegend: true, meta: { kind: "phase_diagram" } } };
  const { layout } = dressed(figure, { ...PLAIN, legend: false });
  expect(layout).toMatchObject({ showlegend: false, margin: { t: 12, l: 56 }, meta: { kind: "phase_diagram" } });
  expect(withLegend(layout)).toEqual({ showlegend: true, margin: { t: 36, l: 56 } });
  expect(withLegend(dressed(figure, PLAIN).layout)).toEqual({});
});

test("words of a table have the ink of the page, those on other heat maps stand out by themselves", () => {
  const table = { ...FIGURE.data[0], name: "table", texttemplate: "%{text}" };
  const figure = { ...FIGURE, data: [table, ...FIGURE.data] };
  for (const scheme of ["light", "dark"] as const) {
    const { data } = dressed(figure, { ...PLAIN, scheme });
    expect(data[0]).toEqual({ ...table, textfont: { color: inkOf(scheme).text } });
    expect(data[1]).toBe(FIGURE.data[0]);
  }
  expect(inkOf("light").text).not.toBe(inkOf("dark").text);
});

test("in a narrow place pictures beside each other are named by their letters", () => {
  const names = [
    { name: "title", text: "<b>A</b> a long name" },
    { name: "remark", text: "at step 3" },
  ];
  const figure = { ...FIGURE, layout: { annotations: names } };
  expect(dressed(figure, { ...PLAIN, narrow: true }).layout["annotations"]).toEqual([
    { name: "title", text: "<b>A</b>" },
    { name: "remark", text: "at step 3" },
  ]);
  expect(dressed(figure, PLAIN).layout["annotations"]).toEqual(names);
});

test("a small picture has neither axes nor legend nor events", () => {
  const { data, layout, config } = dressed(FIGURE, { ...PLAIN, still: true });
  expect(data[0]).toMatchObject({ showlegend: false, showscale: false });
  expect(layout).toMatchObject({ showlegend: false, shapes: [], xaxis: { visible: false } });
  expect(config).toMatchObject({ staticPlot: true });
});
