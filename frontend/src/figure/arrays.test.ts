import { expect, test } from "vitest";

import { listOf, unpacked } from "./arrays";

function packed(numbers: Float32Array, shape?: string): object {
  const bytes = new Uint8Array(numbers.buffer);
  const bdata = btoa(String.fromCharCode(...bytes));
  return shape === undefined ? { dtype: "f4", bdata } : { dtype: "f4", bdata, shape };
}

test("packed numbers are unpacked wherever they are", () => {
  const trace = { type: "scatter", x: packed(new Float32Array([1, 2.5])), line: { width: 2 }, text: ["a", "b"] };
  expect(unpacked([trace])).toEqual([{ ...trace, x: new Float32Array([1, 2.5]) }]);
});

test("a matrix becomes rows and keeps its gaps", () => {
  expect(unpacked(packed(new Float32Array([1, 2, 3, 4, 5, NaN]), "2, 3"))).toEqual([
    [1, 2, 3],
    [4, 5, NaN],
  ]);
  expect(unpacked(packed(new Float32Array([1, 2, 3, 4]), "2, 1, 2"))).toEqual([[[1, 2]], [[3, 4]]]);
});

test("numbers of an unknown kind are refused in words", () => {
  expect(() => unpacked({ dtype: "c16", bdata: "" })).toThrow("unknown kind c16");
});

test("lists and typed arrays are listed, other things are not", () => {
  expect(listOf(new Int8Array([1, 2]))).toEqual([1, 2]);
  expect(listOf([1])).toEqual([1]);
  expect(listOf("text")).toEqual([]);
});
