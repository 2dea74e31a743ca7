import { screen } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { expect, test } from "vitest";

import { madeUpRuns, show } from "../test-server";
import { RunsTable } from "./RunsTable";

const GIVEN = {
  axes: ["optimizer.learning_rate"],
  series: "accuracy",
  shown: null,
  files: { address: "/api/shared/t/runs", query: "" },
};

test("with nothing selected all runs are listed, a page at a time", async () => {
  show(<RunsTable {...GIVEN} runs={madeUpRuns(45)} selected={new Set()} />);
  expect(screen.getAllByRole("row")).toHaveLength(1 + 20);
  await userEvent.click(screen.getByRole("button", { name: "page 3" }));
  expect(screen.getAllByRole("row")).toHaveLength(1 + 5);
  expect(screen.getByText("run 45")).toBeDefined();
  await userEvent.click(screen.getByRole("radio", { name: "selected 0" }));
  expect(screen.getByText("No run is selected in this view.")).toBeDefined();
});

test("the selected runs are listed first, a failed one says why, and the table is taken away as files", () => {
  show(<RunsTable {...GIVEN} series="loss" runs={madeUpRuns(3)} selected={new Set([1, 2])} shown={1} />);
  expect(screen.getAllByRole("row")).toHaveLength(1 + 2);
  expect(screen.getByRole("columnheader", { name: "run" })).toBeDefined();
  expect(screen.getByText("ValueError: the loss is not a number")).toBeDefined();
  expect(screen.getByText("test loss")).toBeDefined();
  expect(screen.getByRole("link", { name: "Parquet" }).getAttribute("href")).toBe("/api/shared/t/runs/parquet");
});
