import { afterEach, beforeEach, expect, test, vi } from "vitest";

import { draftOfHash, draftWriter, hashOfDraft } from "./kept-draft";
import type { Source } from "./queries/drafts";

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

test.each<Source>([
  { kind: "text", text: "name: half # 50 %\nsteps: 10\n\taxes: ü" },
  { kind: "form", data: { name: "Mine", axes: [{ path: "optimizer.weight_decay", log: [0.01, 10, 6] }] } },
])("a draft is found again in its address, in the form in which it was written", (source) => {
  const hash = hashOfDraft(source);
  expect(hash).toMatch(/^#[^#\s\\]*$/); // as the server keeps it
  expect(draftOfHash(hash)).toEqual(source);
});

test.each(["", "#", "#form=%7B", "#form=7", "#text=%", "#other=1"])("%s is no draft", (hash) => {
  expect(draftOfHash(hash)).toBeNull();
});

test("the first letter is written at once, those after it together, and the last is never lost", () => {
  const written: string[] = [];
  const { keep, stop } = draftWriter((hash) => written.push(hash));
  keep("#1");
  keep("#2");
  keep("#3");
  expect(written).toEqual(["#1"]);
  vi.advanceTimersByTime(250);
  expect(written).toEqual(["#1", "#3"]);
  keep("#4");
  stop();
  vi.advanceTimersByTime(1000);
  expect(written).toEqual(["#1", "#3"]);
});
