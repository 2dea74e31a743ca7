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

async function opened(view: View, rows: typeof ROWS): Promise<(name: RegExp) => string | null> {
  const phases = TABLE.runs.map((run) => (run < 5 ? "grokking" : "confusion"));
  serve({ "GET /api/experiments/7/table": { ...TABLE, values: { phase: phases } } });
  show(<CompareMenu table={TABLE} view={view} rows={rows} />);
  await userEvent.click(screen.getByRole("button", { name: "Compare" }));
  if (rows.length > 0) await screen.findByRole("menuitem", { name: /Each phase as a group/ });
  return (name) => screen.getByRole("menuitem", { name }).getAttribute("href");
}

test("cells and phases become groups, under the curves that are shown", async () => {
  const hrefOf = await opened(VIEW, ROWS);
  expect(hrefOf(/Each cell as a group/)).toBe("/compare?with=7:1,2&with=7:3,4&with=7:5,6&with=7:7,8&series=loss");
  expect(hrefOf(/Each phase as a group/)).toBe(
    "/compare?with=7?phase%20==%20%22confusion%22&with=7?phase%20==%20%22grokking%22&series=loss",
  );
  expect(screen.queryByRole("menuitem", { name: /Each run/ })).toBeNull();
});

test("selected runs stand on their own, in their phases, or as one group", async () => {
  const hrefOf = await opened({ ...VIEW, runs: [4, 5, 6] }, ROWS.slice(3, 6));
  expect(hrefOf(/Each run on its own/)).toBe("/compare?with=7:4&with=7:5&with=7:6&series=loss");
  expect(hrefOf(/Each phase as a group/)).toBe("/compare?with=7:5,6&with=7:4&series=loss");
  expect(screen.getByText("of 3 selected runs")).toBeTruthy();
  expect(hrefOf(/All as one group/)).toBe("/compare?with=7:4-6&series=loss");
});

test("more sides than six are told and cannot be opened", async () => {
  await opened({ ...VIEW, group: ["run"] }, ROWS);
  const item = screen.getByRole("menuitem", { name: /The groups of the table/ });
  expect(item.textContent).toContain("8 sides, and at most 6");
  expect(item.hasAttribute("data-disabled")).toBe(true);
});

test("of a cut, its runs are compared, in their phases as well; a selection outside of it is not counted", async () => {
  const hrefOf = await opened(
    { ...VIEW, at: ["seed:0"], runs: [8] },
    [ROWS[0], ROWS[2], ROWS[4]].flatMap((row) => row ?? []),
  );
  expect(hrefOf(/Each phase as a group/)).toBe("/compare?with=7:5&with=7:1,3&series=loss");
  expect(hrefOf(/All as one group/)).toBe("/compare?with=7:1,3,5&series=loss");
  expect(screen.getByText("of the runs that are listed")).toBeTruthy();
});

test("where no run is listed there is nothing to compare", async () => {
  await opened({ ...VIEW, at: ["seed:7"] }, []);
  const items = screen.getAllByRole("menuitem");
  expect(items.map((item) => item.textContent)).toEqual(["All as one groupthere is no run"]);
  expect(items[0]?.hasAttribute("data-disabled")).toBe(true);
});
