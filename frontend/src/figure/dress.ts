/** A figure of the server, dressed for its panel: theme, selection and clock laid over it, its size left to the page. */
import type { FigureBody } from "../api/types";
import { templateOf } from "../theme/plotly";
import { isObject, listOf } from "./arrays";
import { cellMap, outline, type Trace } from "./cells";

export interface Dress {
  scheme: "light" | "dark";
  selected: ReadonlySet<number>;
  clock: number | null; // where the line of the clock stands, on figures that have one
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

export function dressed(figure: FigureBody, dress: Dress): Dressed {
  const { title, width, height, template, ...layout } = figure.layout;
  const page = { ...layout, template: templateOf(dress.scheme), autosize: true };
  if (dress.still) return { data: figure.data.map(still), layout: { ...page, ...bare(layout) }, config: STILL };
  const shapes = listOf(layout["shapes"]).map((shape) => clocked(shape, dress.clock));
  const over = {
    dragmode: dress.drag,
    selections: [],
    selectionrevision: {}, // a new one each time: a drawn box is gone once its cells are outlined
    shapes: [...shapes, ...around(figure.data, dress.selected)],
  };
  return { data: figure.data, layout: { ...page, ...over }, config: { ...CONFIG, ...figure.config } };
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

/** The figure's own line called `clock`, moved; every other shape as it is. */
function clocked(shape: unknown, clock: number | null): unknown {
  if (!isObject(shape) || shape["name"] !== "clock") return shape;
  return { ...shape, x0: clock ?? 0, x1: clock ?? 0, visible: clock !== null };
}

/** Black on white, which is seen on every colour. */
function around(data: readonly Trace[], selected: ReadonlySet<number>): object[] {
  const cells = selected.size > 0 ? cellMap(data) : null;
  const path = cells === null ? "" : outline(cells, selected);
  if (path === "") return [];
  const shape = { type: "path", path, xref: "x", yref: "y" };
  return [
    { ...shape, line: { color: "#ffffff", width: 4.5 } },
    { ...shape, line: { color: "#111111", width: 2 } },
  ];
}
