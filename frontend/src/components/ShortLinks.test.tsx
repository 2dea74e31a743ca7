import { screen } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { expect, test } from "vitest";

import { serve, show } from "../test-server";
import { Toasts } from "../toasts";
import { openedBy, ShortLinks } from "./ShortLinks";

const LINK = { name: "abc", path: "/v/abc", opens: "/compare?with=3:1,2&with=5", created_at: "2026-01-01T00:00:00Z" };
const DELETION = {
  id: 4,
  experiment: null,
  share: null,
  view: "abc",
  runs: null,
  name: "/v/abc",
  deleted_at: "2026-01-02T00:00:00Z",
  kept_until: "2026-02-01T00:00:00Z",
};

test("a short link is listed with what it opens, deleted, and the deletion undone", async () => {
  const asked = serve({
    "GET /api/views": [LINK],
    "POST /api/deletions": DELETION,
    "DELETE /api/deletions/4": DELETION,
  });
  show(
    <Toasts>
      <ShortLinks />
    </Toasts>,
  );
  expect((await screen.findByRole("link", { name: "/v/abc" })).getAttribute("href")).toBe("/v/abc");
  expect(screen.getByText("a comparison of 2 experiments")).toBeDefined();
  await userEvent.click(screen.getByRole("button", { name: "Delete /v/abc" }));
  await userEvent.click(await screen.findByRole("button", { name: "Undo" }));
  const told = asked.filter(({ method }) => method !== "GET").map(({ method, path, body }) => [method, path, body]);
  expect(told).toEqual([
    ["POST", "/api/deletions", { view: "abc", share: null, experiment: null, runs: null }],
    ["DELETE", "/api/deletions/4", null],
  ]);
});

test.each([
  ["/experiments/3?step=1", "a view of experiment 3"],
  ["/compare?with=3:1&with=3:2-9", "a comparison in experiment 3"],
  ["/new?recipe=x", "a new experiment"],
])("%s opens %s", (address, words) => {
  expect(openedBy(address)).toBe(words);
});
