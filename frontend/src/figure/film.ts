/** The phase diagram at every step, as bytes of the server: which colour each cell has at each checkpoint. */
import type { FilmBody } from "../api/types";

export interface Film {
  rows: number;
  columns: number;
  steps: readonly number[];
  palette: readonly string[];
  names: readonly string[];
  codes: Uint8Array; // (steps, cells), cells in rows from below
  dropSteps: Float32Array; // (cells,) NaN where there is none
}

export const NOTHING = 255;

export function filmOf(body: FilmBody): Film {
  const { rows, columns, steps, palette, names } = body;
  const dropSteps = new Float32Array(bytes(body.drop_steps).buffer);
  return { rows, columns, steps, palette, names, codes: bytes(body.codes), dropSteps };
}

function bytes(text: string): Uint8Array<ArrayBuffer> {
  return Uint8Array.from(atob(text), (letter) => letter.charCodeAt(0));
}

/** Where the clock of a picture stands: at a step, or at a share of the step of each cell's own drop. */
export type Moment = { step: number | null } | { fromDrop: number };

/** The code of every cell at a moment. Aligned on the drop, a cell that never dropped shows nothing. */
export function pictureAt(film: Film, moment: Moment): Uint8Array {
  const cells = film.rows * film.columns;
  if (film.steps.length === 0) return new Uint8Array(cells).fill(NOTHING);
  if ("step" in moment) {
    const place = placeOf(film.steps, moment.step ?? Infinity);
    return film.codes.subarray(place * cells, (place + 1) * cells);
  }
  const picture = new Uint8Array(cells);
  for (let cell = 0; cell < cells; cell += 1) {
    const drop = film.dropSteps[cell] ?? NaN;
    const place = placeOf(film.steps, drop * moment.fromDrop);
    picture[cell] = Number.isNaN(drop) ? NOTHING : (film.codes[place * cells + cell] ?? NOTHING);
  }
  return picture;
}

/** The last of the increasing steps that is not later; the first where all are. */
export function placeOf(steps: readonly number[], step: number): number {
  let low = 0;
  let high = steps.length - 1;
  while (low < high) {
    const middle = Math.ceil((low + high) / 2);
    if ((steps[middle] ?? Infinity) <= step) low = middle;
    else high = middle - 1;
  }
  return low;
}

export interface Tally {
  counts: number[]; // of each colour of the palette
  provisional: number;
  nothing: number;
}

export function tally(film: Film, picture: Uint8Array): Tally {
  const colours = film.palette.length;
  const found: Tally = { counts: film.palette.map(() => 0), provisional: 0, nothing: 0 };
  for (const code of picture) {
    if (code === NOTHING) found.nothing += 1;
    else if (code >= colours) found.provisional += 1;
    else found.counts[code] = (found.counts[code] ?? 0) + 1;
  }
  return found;
}

/** Colours of all codes as the 32 bits of a pixel (little-endian RGBA); provisional ones are half as strong. */
export function inks(palette: readonly string[], quiet: string): Uint32Array {
  const found = new Uint32Array(256).fill(pixel(quiet, 0.16));
  palette.forEach((colour, place) => {
    found[place] = pixel(colour, 1);
    found[place + palette.length] = pixel(colour, 0.55);
  });
  return found;
}

function pixel(colour: string, opacity: number): number {
  const part = (at: number): number => parseInt(colour.slice(at, at + 2), 16);
  return ((Math.round(255 * opacity) << 24) | (part(5) << 16) | (part(3) << 8) | part(1)) >>> 0;
}

/** One axis of the drawn diagram: where each of its cells' edges lies, in pixels from the left or from the bottom. */
export type Edges = readonly number[];

/** The cell under each pixel along an axis; -1 outside of all. Edges increase, or decrease where an axis is turned. */
export function cellsUnder(edges: Edges, pixels: number): Int32Array {
  const found = new Int32Array(pixels).fill(-1);
  for (let cell = 0; cell + 1 < edges.length; cell += 1) {
    const ends = [edges[cell] ?? 0, edges[cell + 1] ?? 0];
    const first = Math.max(0, Math.round(Math.min(...ends)));
    const last = Math.min(pixels, Math.round(Math.max(...ends)));
    found.fill(cell, first, Math.max(first, last));
  }
  return found;
}

/** Paint a picture: each row of cells is coloured once, and copied into the rows of pixels that it covers. */
export function paint(
  image: { data: Uint8ClampedArray<ArrayBuffer>; width: number; height: number },
  picture: Uint8Array,
  colours: Uint32Array,
  { across, up, columns }: { across: Int32Array; up: Int32Array; columns: number },
): void {
  const pixels = new Uint32Array(image.data.buffer);
  const { width, height } = image;
  const line = new Uint32Array(width);
  let drawn = -2;
  for (let y = 0; y < height; y += 1) {
    const row = up[height - 1 - y] ?? -1;
    if (row !== drawn) {
      drawn = row;
      for (let x = 0; x < width; x += 1) {
        const column = across[x] ?? -1;
        line[x] = row < 0 || column < 0 ? 0 : (colours[picture[row * columns + column] ?? NOTHING] ?? 0);
      }
    }
    pixels.set(line, y * width);
  }
}
