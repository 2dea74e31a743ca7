/** All figures of a page as one picture, on white: each where it stands, under its title. Tables and buttons are left
 * out, and the room that they had. */
import { imageOf, type ImageFormat } from "./image";

export interface Box {
  left: number;
  top: number;
  width: number;
  height: number;
}
export interface Placed extends Box {
  title: string;
  svg: string; // of the figure
}

const MARGIN = 24; // pixels around the whole
const GAP = 12; // between rows
const TITLE = 30; // pixels above a figure
const HEADING = 44;
const SCALE = 2; // a PNG of twice the size that the page has
const NAMESPACE = "http://www.w3.org/2000/svg";
const FONT = "system-ui, sans-serif";

/** The address of the picture; null where no figure has been drawn. */
export async function pageImage(page: Element, heading: string, format: ImageFormat): Promise<string | null> {
  const from = page.getBoundingClientRect();
  const found: Placed[] = [];
  for (const panel of page.querySelectorAll(".panel")) {
    const plot = panel.querySelector(".js-plotly-plot");
    const address = plot === null ? null : await imageOf(panel, "svg");
    if (plot === null || address === null) continue;
    const { left, top, width, height } = plot.getBoundingClientRect();
    const svg = decodeURIComponent(address.slice(address.indexOf(",") + 1));
    found.push({ left: left - from.left, top: top - from.top, width, height, title: titleOf(panel), svg });
  }
  if (found.length === 0) return null;
  const whole = composed(heading, found);
  return format === "svg" ? addressOf(whole.svg) : painted(whole);
}

/** `A Drift · 29 runs`: the letter of a side, the heading, and what stands beside it. */
function titleOf(panel: Element): string {
  const texts = (parts: string): string[] =>
    [...panel.querySelectorAll(parts)].map((part) => part.textContent.trim()).filter((text) => text !== "");
  const name = texts(".panel-head .letter, .panel-head h2, .panel-head h3").join(" ");
  return [name, ...texts(".panel-head .panel-note")].join(" · ");
}

interface Composed {
  svg: string;
  width: number;
  height: number;
}

/** One SVG of all of them. */
export function composed(heading: string, given: readonly Placed[]): Composed {
  const figures = closedUp(given);
  const width = Math.ceil(Math.max(...figures.map((figure) => figure.left + figure.width)) + MARGIN);
  const height = Math.ceil(Math.max(...figures.map((figure) => figure.top + figure.height)) + MARGIN);
  const whole = document.implementation.createDocument(NAMESPACE, "svg", null);
  const root = whole.documentElement;
  const add = (name: string, attributes: Readonly<Record<string, string | number>>, text = ""): void => {
    const element = whole.createElementNS(NAMESPACE, name);
    for (const [key, value] of Object.entries(attributes)) element.setAttribute(key, String(value));
    element.textContent = text;
    root.append(element);
  };
  for (const [key, value] of Object.entries({ width, height, viewBox: `0 0 ${width} ${height}` }))
    root.setAttribute(key, String(value));
  add("rect", { width, height, fill: "#fff" });
  add("text", { x: MARGIN, y: HEADING - 12, "font-family": FONT, "font-size": 19, "font-weight": 600 }, heading);
  for (const { left, top, title, svg } of figures) {
    add("text", { x: left + 4, y: top - 9, "font-family": FONT, "font-size": 14, "font-weight": 600 }, title);
    const drawn = new DOMParser().parseFromString(svg, "image/svg+xml").documentElement;
    drawn.setAttribute("x", String(left));
    drawn.setAttribute("y", String(top));
    root.append(whole.adoptNode(drawn));
  }
  return { svg: new XMLSerializer().serializeToString(whole), width, height };
}

/** The places of figures, moved up where between two rows stood something that is no figure. */
export function closedUp<Kind extends Box>(boxes: readonly Kind[]): Kind[] {
  const tops = new Map<Box, number>();
  let row: Box[] = [];
  let next = HEADING; // where the row begins
  const close = (): void => {
    const first = Math.min(...row.map((box) => box.top));
    for (const box of row) tops.set(box, next + TITLE + box.top - first);
    next += TITLE + endOf(row) - first + GAP;
    row = [];
  };
  for (const box of [...boxes].sort((one, other) => one.top - other.top)) {
    if (row.length > 0 && box.top - TITLE >= endOf(row)) close();
    row.push(box);
  }
  if (row.length > 0) close();
  return boxes.map((box) => ({ ...box, top: tops.get(box) ?? box.top }));
}

function endOf(row: readonly Box[]): number {
  return Math.max(...row.map((box) => box.top + box.height));
}

async function painted({ svg, width, height }: Composed): Promise<string> {
  const picture = new Image();
  picture.src = addressOf(svg);
  await picture.decode();
  const canvas = document.createElement("canvas");
  canvas.width = SCALE * width;
  canvas.height = SCALE * height;
  canvas.getContext("2d")?.drawImage(picture, 0, 0, canvas.width, canvas.height);
  return canvas.toDataURL("image/png");
}

function addressOf(svg: string): string {
  return `data:image/svg+xml,${encodeURIComponent(svg)}`;
}
