import { expect, test } from "vitest";

import { forgetDraft, keepDraft, keptDraft } from "./kept-draft";

test("a draft is found again at its address, in the form in which it was written", () => {
  keepDraft("?recipe=one", { kind: "text", text: "name: half" });
  keepDraft("", { kind: "form", data: { name: "Mine" } });
  expect(keptDraft("?recipe=one")).toEqual({ kind: "text", text: "name: half" });
  expect(keptDraft("")).toEqual({ kind: "form", data: { name: "Mine" } });
  forgetDraft("");
  expect(keptDraft("")).toBeNull();
});

test.each(["{", "7", '{"kind":"form"}', '{"kind":"text","text":3}'])("%s is no draft", (text) => {
  sessionStorage.setItem("draft ?bad", text);
  expect(keptDraft("?bad")).toBeNull();
});
