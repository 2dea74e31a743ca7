import { screen, waitFor } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { expect, test } from "vitest";

import { serve, show } from "../test-server";
import { Gone } from "./Gone";

test("what was deleted is named, and one click takes it back", async () => {
  const asked = serve({ "DELETE /api/deletions/5": new Error("There is no deletion 5.") });
  show(<Gone id={7} name="Made up" deletion={5} />);
  expect(screen.getByRole("heading", { name: "Made up was deleted" })).toBeTruthy();
  expect(screen.getByRole("link", { name: "To the gallery" }).getAttribute("href")).toBe("/");
  await userEvent.click(screen.getByRole("button", { name: "Take it back" }));
  await waitFor(() =>
    expect(asked.map(({ method, path }) => `${method} ${path}`)).toEqual(["DELETE /api/deletions/5"]),
  );
});
