/** Printing: whatever the screen looks like, paper is white, as wide as what is seen, and has panels of the same size. */
import { useSyncExternalStore } from "react";
import { flushSync } from "react-dom";

const TALL = Math.SQRT2; // a sheet's height by its width, as of A4
const MARGIN = 24; // CSS pixels around what is printed
const GRIDS = ".panels, .compare-board, .side-row"; // their columns depend on the width of the screen, not of a sheet

let printing = false;
let alone: HTMLElement | null = null; // the panel that is printed without the rest of the page
let undo: (() => void)[] = [];
const listeners = new Set<() => void>();

/** Whether the page is being printed: figures are drawn in light colours then. */
export function usePrinting(): boolean {
  return useSyncExternalStore(subscribe, () => printing);
}

function subscribe(listener: () => void): () => void {
  listeners.add(listener);
  return () => listeners.delete(listener);
}

/** Opens the browser's dialog, which can also write a PDF: of the page, or of one panel alone. */
export function print(panel: HTMLElement | null = null): void {
  alone = panel;
  window.print();
}

/** Called once, when the page begins. */
export function listenToPrinting(): void {
  window.addEventListener("beforeprint", begin);
  window.addEventListener("afterprint", end);
}

function begin(): void {
  if (printing) return;
  printing = true;
  const root = document.documentElement;
  const panels = alone === null ? [...document.querySelectorAll<HTMLElement>(".panel")] : [alone];
  const sizes = panels.map((panel) => panel.getBoundingClientRect());
  const tallest = Math.max(0, ...sizes.map(({ height }) => height)) + 2 * MARGIN;
  const width = alone === null ? document.documentElement.clientWidth : (sizes[0]?.width ?? 0) + 2 * MARGIN;
  const height = alone === null ? Math.max(width * TALL, tallest) : tallest;
  const grids = [...document.querySelectorAll<HTMLElement>(GRIDS)].map((grid) => [grid, tracks(grid)] as const);
  for (const [grid, before] of grids) for (const [name, value] of before) style(grid, name, value);
  panels.forEach((panel, place) => {
    style(panel, "height", `${sizes[place]?.height ?? 0}px`);
    style(panel, "width", `${sizes[place]?.width ?? 0}px`);
  });
  attribute(root, "data-mantine-color-scheme", "light");
  if (alone !== null) {
    attribute(root, "data-print-alone", "");
    attribute(alone, "data-printed", "");
    for (let above = alone.parentElement; above !== null; above = above.parentElement)
      attribute(above, "data-print-path", "");
  }
  const sheet = document.createElement("style");
  sheet.textContent = `@page { size: ${Math.ceil(width)}px ${Math.ceil(height)}px; margin: 0 }`;
  document.head.append(sheet);
  undo.push(() => sheet.remove());
  tell();
}

function end(): void {
  for (const back of undo.reverse()) back();
  undo = [];
  alone = null;
  printing = false;
  tell();
}

/** At once: the browser lays the sheet out as soon as it has told of it. */
function tell(): void {
  flushSync(() => {
    for (const listener of listeners) listener();
  });
}

/** Rows, columns and areas of a grid as they are on the screen, in pixels. */
function tracks(grid: HTMLElement): [string, string][] {
  const now = getComputedStyle(grid);
  return ["grid-template-areas", "grid-template-columns", "grid-template-rows"].map((name) => [
    name,
    now.getPropertyValue(name),
  ]);
}

function style(element: HTMLElement, name: string, value: string): void {
  const before = element.style.getPropertyValue(name);
  element.style.setProperty(name, value);
  undo.push(() => element.style.setProperty(name, before));
}

function attribute(element: HTMLElement, name: string, value: string): void {
  const before = element.getAttribute(name);
  element.setAttribute(name, value);
  undo.push(() => (before === null ? element.removeAttribute(name) : element.setAttribute(name, before)));
}
