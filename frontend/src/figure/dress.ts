/** A figure of the server, dressed for its panel: the page's theme, its size and the line of the clock. */
import type { FigureBody } from "../api/types";
import { inkOf, templateOf } from "../theme/plotly";
import { isObject, listOf } from "./arrays";
import type { Trace } from "./points";

export interface Dress {
  scheme: "light" | "dark";
  drag: "select" | "zoom" | false;
  still: boolean; // a small picture: no axes, no legend, no events
  legend?: boolean; // false where the page has its own
  narrow?: boolean; // a phone: pictures beside each other have no room for their names, only for their letters
}

export interface Dressed {
  data: readonly Trace[];
  layout: Record<string, unknown>;
  config: Record<string, unknown>;
}

const CONFIG = {
  displaylogo: false,
  modeBarButtonsToRemove: ["sendChartToCloud", "autoScale2d", "zoomIn2d", "zoomOut2d"],
  doubleClickDelay: 300,
};
const BOX_AND_LASSO = ["select2d", "lasso2d"]; // Plotly offers them over points alone; here they select cells too
const STILL = { staticPlot: true, displayModeBar: false };

export function dressed(figure: FigureBody, dress: Dress): Dressed {
  const { title, width, height, template, ...layout } = figure.layout;
  const page = { ...layout, template: templateOf(dress.scheme), autosize: true };
  if (dress.still) return { data: figure.data.map(still), layout: { ...page, ...bare(layout) }, config: STILL };
  const over = {
    dragmode: dress.drag,
    selections: [],
    selectionrevision: {}, // a new one each time: a drawn box is gone once its cells are framed
    shapes: shapesButTheClock(figure),
    ...(dress.narrow === true ? { annotations: listOf(layout["annotations"]).map(abbreviated) } : {}),
    ...(dress.legend === false ? withoutLegend(layout) : {}),
  };
  const config = { ...CONFIG, ...(dress.drag === "select" ? { modeBarButtonsToAdd: BOX_AND_LASSO } : {}) };
  const data = figure.data.map((trace) => (isTable(trace) ? inked(trace, dress.scheme) : trace));
  return { data, layout: { ...page, ...over }, config: { ...config, ...figure.config } };
}

/** A table drawn as a heat map: its words are read, and its cells are faint shades of the page. */
export function isTable(trace: Trace): boolean {
  return trace["type"] === "heatmap" && trace["name"] === "table";
}

/** With words in the page's ink: by itself Plotly takes the shades for light ones, whatever they lie on. */
function inked(trace: Trace, scheme: Dress["scheme"]): Trace {
  return { ...trace, textfont: { color: inkOf(scheme).text } };
}

/** The figure's shapes but those of the clock, which are drawn over it: they move many times a second. */
export function shapesButTheClock(figure: FigureBody): unknown[] {
  return listOf(figure.layout["shapes"]).filter(
    (shape) => !isObject(shape) || (shape["name"] !== "clock" && shape["name"] !== "clock from drop"),
  );
}

/** The name above a picture without what comes after its letter. */
function abbreviated(annotation: unknown): unknown {
  if (!isObject(annotation) || annotation["name"] !== "title") return annotation;
  const letter = /^<b>.*?<\/b>/.exec(String(annotation["text"]));
  return letter === null ? annotation : { ...annotation, text: letter[0] };
}

function withoutLegend({ margin, meta }: Record<string, unknown>): object {
  const own = isObject(margin) ? margin : {};
  return { showlegend: false, margin: { ...own, t: 12 }, meta: { ...(isObject(meta) ? meta : {}), [ALONE]: own } };
}

const ALONE = "margin where there is no page";

/** What gives a figure its own legend back: a picture of it stands where the page's is not. */
export function withLegend(layout: Record<string, unknown>): object {
  const { meta } = layout;
  return isObject(meta) && ALONE in meta ? { showlegend: true, margin: meta[ALONE] } : {};
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
