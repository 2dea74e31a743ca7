import { expect, test } from "vitest";

import { cellsUnder, filmOf, inks, NOTHING, paint, pictureAt, placeOf, tally } from "./film";

const text = (bytes: Uint8Array): string => btoa(String.fromCharCode(...bytes));
const FILM = filmOf({
  rows: 1,
  columns: 3,
  steps: [0, 10, 100],
  palette: ["#ff0000", "#00ff00"],
  names: ["red", "green"],
  codes: text(Uint8Array.from([0, 0, NOTHING, 0, 1, NOTHING, 1, 1, 3])),
  drop_steps: text(new Uint8Array(Float32Array.from([100, 10, NaN]).buffer)),
});

test("a step between two checkpoints counts as the earlier one", () => {
  expect([-1, 0, 9, 10, 99, 1e9].map((step) => placeOf(FILM.steps, step))).toEqual([0, 0, 0, 1, 1, 2]);
  expect([...pictureAt(FILM, { step: 50 })]).toEqual([0, 1, NOTHING]);
  expect([...pictureAt(FILM, { step: null })]).toEqual([1, 1, 3]);
});

test("aligned on the drop, each cell stands at its own step", () => {
  expect([...pictureAt(FILM, { fromDrop: 1 })]).toEqual([1, 1, NOTHING]);
  expect([...pictureAt(FILM, { fromDrop: 0.5 })]).toEqual([0, 0, NOTHING]);
});

test("cells are counted by colour, borrowed ones and empty ones apart", () => {
  expect(tally(FILM, pictureAt(FILM, { step: 0 }))).toEqual({ counts: [2, 0], provisional: 0, nothing: 1 });
  expect(tally(FILM, pictureAt(FILM, { step: null }))).toEqual({ counts: [0, 2], provisional: 1, nothing: 0 });
});

test("pixels lie over the cells whose edges are around them, also on a turned axis or beyond the picture", () => {
  expect([...cellsUnder([0, 2, 5], 6)]).toEqual([0, 0, 1, 1, 1, -1]);
  expect([...cellsUnder([5, 2, 0], 6)]).toEqual([1, 1, 0, 0, 0, -1]);
  expect([...cellsUnder([-4, 1, 9], 3)]).toEqual([0, 1, 1]);
});

test("a picture is painted from below, borrowed values half as strong", () => {
  const image = { data: new Uint8ClampedArray(2 * 2 * 4), width: 2, height: 2 };
  const cells = { across: Int32Array.from([0, 1]), up: Int32Array.from([0, 1]), columns: 2 };
  paint(image, Uint8Array.from([0, 1, 2, NOTHING]), inks(["#ff0000", "#00ff00"], "#808080"), cells);
  expect([...image.data]).toEqual([255, 0, 0, 140, 128, 128, 128, 41, 255, 0, 0, 255, 0, 255, 0, 255]);
});
