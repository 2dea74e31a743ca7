import { expect, test } from "vitest";

import { axisLabel, counted, duration, rate, seriesWords, since, value, words } from "./format";

test.each([
  [0.5, "0.50"],
  [9.99, "10"],
  [41_234, "41 k"],
  [999_600, "1.0 M"],
  [123_456, "123 k"],
  [1_900_000, "1.9 M"],
])("rate of %d is %s", (given, expected) => {
  expect(rate(given)).toBe(expected);
});

test.each([
  [0.2, "1 s"],
  [59, "59 s"],
  [185, "3 min"],
  [7800, "2 h 10 min"],
  [7200, "2 h"],
  [259_200, "3 days"],
])("%d seconds are %s", (given, expected) => {
  expect(duration(given)).toBe(expected);
});

test("moments are told from now", () => {
  const now = Date.parse("2026-01-02T00:00:00Z");
  expect(since("2026-01-01T23:59:58Z", now)).toBe("just now");
  expect(since("2026-01-01T23:00:00Z", now)).toBe("1 h ago");
});

test.each([
  [null, "–"],
  [0.0005102, "0.0005102"],
  [0.000012, "1.2e-5"],
  [0, "0"],
  [0.98765, "0.9877"],
  [3200, "3,200"],
  ["add", "add"],
  [true, "true"],
])("the value %s is shown as %s", (given, expected) => {
  expect(value(given)).toBe(expected);
});

test("names become words", () => {
  expect(words("model.hidden_width")).toBe("model · hidden width");
  expect(seriesWords("layer_rotation.hidden_1")).toBe("layer rotation, hidden_1");
  expect(seriesWords("test_accuracy")).toBe("test accuracy");
  expect(counted(1, "run")).toBe("1 run");
  expect(counted(256, "run")).toBe("256 runs");
});

test("an axis is called by its last part unless that is ambiguous", () => {
  expect(axisLabel("model.width", ["model.width", "task.modulus"])).toBe("width");
  expect(axisLabel("model.width", ["model.width", "task.width"])).toBe("model · width");
});
