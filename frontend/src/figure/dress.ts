/** A figure of the server, dressed for its panel: the page's theme, its size and the line of the clock. */
import type { FigureBody } from "../api/types";
import { templateOf } from "../theme/plotly";
import { isObject, listOf } from "./arrays";
import type { Trace } from "./points";

export interface Dress {
  scheme: "light" | "dark";
  drag: "select" | "zoom" | false;
  still: boolean; // a small picture: no axes, no legend, no events
}

export interface Dressed {
  data: readonly Trace[];
  layout: Record<string, unknown>;
  config: Record<string, unknown>;
}

const CONFIG = {
  displaylogo: false,
  modeBarButtonsToRemove: ["sendChartToCloud", "lasso2d", "autoScale2d", "zoomIn2d", "zoomOut2d"],
  doubleClickDelay: 300,
};
const STILL = { staticPlot: true, displayModeBar: false };

export function dressed(figure: FigureBody, clock: number | null, dress: Dress): Dressed {
  const { title, width, height, template, ...layout } = figure.layout;
  const page = { ...layout, template: templateOf(dress.scheme), autosize: true };
  if (dress.still) return { data: figure.data.map(still), layout: { ...page, ...bare(layout) }, config: STILL };
  const over = {
    dragmode: dress.drag,
    selections: [],
    selectionrevision: {}, // a new one each time: a drawn box is gone once its cells are framed
    shapes: clockedShapes(figure, clock),
  };
  return { data: figure.data, layout: { ...page, ...over }, config: { ...CONFIG, ...figure.config } };
}

/** The figure's shapes with its own line called `clock` moved: the only part that changes while one scrubs. */
export function clockedShapes(figure: FigureBody, clock: number | null): unknown[] {
  return listOf(figure.layout["shapes"]).map((shape) => {
    if (!isObject(shape) || shape["name"] !== "clock") return shape;
    return { ...shape, x0: clock ?? 0, x1: clock ?? 0, visible: clock !== null };
  });
}

function still(trace: Trace): Trace {
  return { ...trace, showlegend: false, ...(trace["type"] === "heatmap" ? { showscale: false } : {}) };
}

function bare(layout: Record<string, unknown>): object {
  const hidden = (name: string): object => {
    const axis = layout[name];
    return { ...(isObject(axis) ? axis : {}), visible: false, automargin: false };
  };
  const margin = { l: 0, r: 0, t: 0, b: 0 };
  const axes = { xaxis: hidden("xaxis"), yaxis: hidden("yaxis") };
  return { margin, ...axes, showlegend: false, annotations: [], shapes: [], coloraxis: { showscale: false } };
}
