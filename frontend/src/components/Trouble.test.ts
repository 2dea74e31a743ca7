import { expect, test } from "vitest";

import { reasonsOf } from "./Trouble";

const runs = [1, 2, 3, 4, 5, 6];

test("runs with the same end and the same reason are told together, the commonest first", () => {
  const states = ["failed", "lost", "failed", "finished", "queued", "queued"] as const;
  const messages = { 1: "no file", 2: "silent 6 times", 3: "no file", 5: "silent; it waits" };
  expect(reasonsOf({ runs, states: [...states], messages })).toEqual([
    { state: "failed", message: "no file", runs: [1, 3] },
    { state: "lost", message: "silent 6 times", runs: [2] },
    { state: "queued", message: "silent; it waits", runs: [5] }, // one that just waits for its turn says nothing
  ]);
});

test("a reason is never left empty", () => {
  const found = reasonsOf({ runs: [1], states: ["diverged"], messages: {} });
  expect(found.map(({ message }) => message)).toEqual(["No reason was given."]);
});
