import { screen } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { expect, test } from "vitest";

import { serve, show } from "../test-server";
import { viewFromSearch } from "../view";
import { ShareDialog } from "./ShareDialog";

test("the link opens exactly this view and is handed over once", async () => {
  const view = viewFromSearch(7, "?step=10&runs=1,2");
  const share = {
    id: 1,
    title: "t",
    note: "",
    view,
    embeddable: true,
    created_at: "2026-01-01T00:00:00Z",
    expires_at: null,
    revoked_at: null,
  };
  const asked = serve({ "POST /api/shares": { share, token: "secret", path: "/s/secret" } });
  show(<ShareDialog opened onClose={() => undefined} view={view} suggestion="Made up" />);
  await userEvent.type(screen.getByLabelText("Note"), "look here");
  expect(screen.getByRole("radio", { name: "30 days" })).toHaveProperty("checked", true);
  await userEvent.click(screen.getByRole("radio", { name: "7 days" }));
  await userEvent.click(screen.getByRole("switch", { name: /^May be embedded/ }));
  await userEvent.click(screen.getByRole("button", { name: "Make the link" }));
  expect(await screen.findByLabelText("To embed it")).toHaveProperty(
    "value",
    expect.stringContaining(`src="${window.location.origin}/embed/secret"`),
  );
  expect(await screen.findByLabelText("Read-only link")).toHaveProperty("value", `${window.location.origin}/s/secret`);
  expect(asked).toEqual([
    {
      method: "POST",
      path: "/api/shares",
      body: { view, title: "Made up", note: "look here", expires_in_days: 7, embeddable: true },
    },
  ]);
});

test("a refusal is told in the server's words", async () => {
  serve({ "POST /api/shares": new Error("There is no experiment 7.") });
  show(<ShareDialog opened onClose={() => undefined} view={viewFromSearch(7, "")} suggestion="Made up" />);
  await userEvent.click(screen.getByRole("button", { name: "Make the link" }));
  expect((await screen.findByRole("alert")).textContent).toBe("There is no experiment 7.");
});
