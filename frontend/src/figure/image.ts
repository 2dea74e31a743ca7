/** A drawn figure as a picture, always on white: it is for papers and slides, whatever the page looks like. */
import { templateOf } from "../theme/plotly";
import { isObject, listOf } from "./arrays";
import { withLegend } from "./dress";

export type ImageFormat = "png" | "svg";

const SCALE = 2; // a picture of twice the size it has on the page

/** The address of a picture of the figure that stands in `place`; null where none has been drawn. */
export async function imageOf(place: Element, format: ImageFormat): Promise<string | null> {
  const drawn = place.querySelector(".js-plotly-plot");
  if (!(drawn instanceof HTMLElement) || !("data" in drawn) || !("layout" in drawn)) return null;
  const { default: plotly } = await import("plotly.js-cartesian-dist-min");
  const layout = isObject(drawn.layout) ? drawn.layout : {};
  const paper = { paper_bgcolor: "#ffffff", plot_bgcolor: "#ffffff", template: templateOf("light") };
  const figure = { data: listOf(drawn.data), layout: { ...layout, ...withLegend(layout), ...paper } };
  const size = { width: drawn.offsetWidth, height: drawn.offsetHeight };
  return plotly.toImage(figure, { format, ...size, scale: format === "png" ? SCALE : 1 });
}

/** Hands a file to whoever sits in front of the browser. */
export function save(address: string, name: string): void {
  const link = document.createElement("a");
  link.href = address;
  link.download = name;
  link.click();
}
