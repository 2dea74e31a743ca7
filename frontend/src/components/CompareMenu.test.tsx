import { screen } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { expect, test } from "vitest";

import type { View } from "../api/types";
import { madeUpTable, serve, show } from "../test-server";
import { DEFAULTS } from "../view";
import { CompareMenu } from "./CompareMenu";

const VIEW: View = { ...DEFAULTS, experiment: 7, series: "loss" };
const TABLE = { ...madeUpTable(8), points: { "optimizer.learning_rate": [1, 1, 2, 2, 3, 3, 4, 4] } };
const ROWS = TABLE.runs.map((run, place) => ({ run, place }));

async function opened(view: View, count: number): Promise<(name: RegExp) => string | null> {
  const phases = TABLE.runs.map((run) => (run < 5 ? "grokking" : "confusion"));
  serve({ "GET /api/experiments/7/table": { ...TABLE, values: { phase: phases } } });
  show(<CompareMenu table={TABLE} view={view} rows={ROWS.slice(0, count)} />);
  await userEvent.click(screen.getByRole("button", { name: "Compare" }));
  await screen.findByRole("menuitem", { name: /Each phase as a group/ });
  return (name) => screen.getByRole("menuitem", { name }).getAttribute("href");
}

test("cells and phases become groups, under the curves that are shown", async () => {
  const hrefOf = await opened(VIEW, 8);
  expect(hrefOf(/Each cell as a group/)).toBe("/compare?with=7:1,2&with=7:3,4&with=7:5,6&with=7:7,8&series=loss");
  expect(hrefOf(/Each phase as a group/)).toBe(
    "/compare?with=7?phase%20==%20%22confusion%22&with=7?phase%20==%20%22grokking%22&series=loss",
  );
  expect(screen.queryByRole("menuitem", { name: /Each run/ })).toBeNull();
});

test("selected runs stand on their own, or as one group", async () => {
  const hrefOf = await opened({ ...VIEW, runs: [1, 2, 3] }, 3);
  expect(hrefOf(/Each run on its own/)).toBe("/compare?with=7:1&with=7:2&with=7:3&series=loss");
  expect(hrefOf(/All as one group/)).toBe("/compare?with=7:1-3&series=loss");
});

test("more sides than six are told and cannot be opened", async () => {
  await opened({ ...VIEW, group: ["run"] }, 8);
  const item = screen.getByRole("menuitem", { name: /The groups of the table/ });
  expect(item.textContent).toContain("8 sides, and at most 6");
  expect(item.hasAttribute("data-disabled")).toBe(true);
});
