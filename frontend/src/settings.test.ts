import { expect, test } from "vitest";

import { bytes, settingsOf, standardWords, typedOf, valueOf, withField } from "./settings";

const SCHEMA = {
  properties: {
    rate: { type: "number", default: 0.001, exclusiveMinimum: 0, maximum: 1000, description: "Step size." },
    until: { anyOf: [{ minimum: 1, type: "integer" }, { type: "null" }], default: null, "x-unit": "steps" },
    kind: { enum: ["a", "b"], default: "a", type: "string", "x-neutral": true },
    on: { type: "boolean", default: true },
    list: { type: "array", items: { type: "number" }, default: [4, 1] },
    norm: { type: "number" },
    labels: { type: "array", items: { $ref: "#/$defs/Label" }, default: [{ name: "a" }] },
  },
};

test("a schema tells what may be given", () => {
  const [rate, until, kind, on, list, norm, labels] = settingsOf(SCHEMA);
  expect(rate).toMatchObject({ kind: "number", bounds: "more than 0, at most 1,000", description: "Step size." });
  expect(until).toMatchObject({ kind: "number", bounds: "at least 1", unit: "steps", standard: null });
  expect(kind).toMatchObject({ kind: "choice", options: ["a", "b"], special: true });
  expect(on).toMatchObject({ kind: "switch", standard: true });
  expect(list && standardWords(list)).toBe("4, 1");
  expect(norm?.standard).toBeUndefined();
  expect(labels?.kind).toBe("parts");
  expect(labels && standardWords(labels)).toBe('[{"name":"a"}]');
  expect(valueOf("parts", '[{"name":"b"}]')).toEqual([{ name: "b" }]);
  expect(valueOf("parts", "[{")).toBe("[{");
  expect(settingsOf(undefined)).toEqual([]);
});

test.each([
  ["number", "1e-3", 0.001],
  ["number", " 12 ", 12],
  ["number", "", undefined],
  ["number", "1e-", "1e-"],
  ["list", "1, 2e1,x", [1, 20, "x"]],
  ["text", "a b", "a b"],
] as const)("%s typed as %j", (kind, typed, value) => {
  expect(valueOf(kind, typed)).toEqual(value);
});

test("values are shown as one types them, and nothing as nothing", () => {
  expect([0.00001, [1, 2], null, undefined, "x"].map(typedOf)).toEqual(["0.00001", "1, 2", "", "", "x"]);
});

test("a field that is emptied is left out", () => {
  expect(withField({ a: 1, b: 2 }, "a", undefined)).toEqual({ b: 2 });
  expect(withField({ a: 1 }, "a", 3)).toEqual({ a: 3 });
});

test("sizes in words", () => {
  expect([0, 999, 1500, 2_340_000, 123_000_000].map(bytes)).toEqual([
    "0 bytes",
    "999 bytes",
    "1.5 kB",
    "2.3 MB",
    "123 MB",
  ]);
});
