import { screen } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { expect, test, vi } from "vitest";

import { madeUpRuns, show } from "../test-server";
import { RunsTable } from "./RunsTable";

const AXES = ["optimizer.learning_rate"];

test("with nothing selected all runs are listed, a page at a time", async () => {
  show(
    <RunsTable
      runs={madeUpRuns(45)}
      axes={AXES}
      series="accuracy"
      selected={new Set()}
      shown={null}
      onPick={vi.fn()}
    />,
  );
  expect(screen.getAllByRole("checkbox")).toHaveLength(20);
  await userEvent.click(screen.getByRole("button", { name: "page 3" }));
  expect(screen.getAllByRole("checkbox")).toHaveLength(5);
  expect(screen.getByRole("checkbox", { name: "Select run 45" })).toBeDefined();
});

test("ticking a run adds it, picking one shows its drift, and a failed one says why", async () => {
  const onPick = vi.fn();
  const onShow = vi.fn();
  const selected = new Set([1, 2]);
  show(
    <RunsTable
      runs={madeUpRuns(3)}
      axes={AXES}
      series="loss"
      selected={selected}
      shown={1}
      onPick={onPick}
      onShow={onShow}
    />,
  );
  expect(screen.getAllByRole("checkbox")).toHaveLength(2);
  await userEvent.click(screen.getByRole("checkbox", { name: "Select run 2" }));
  expect(onPick).toHaveBeenCalledWith([2], true);
  await userEvent.click(screen.getByRole("radio", { name: "run 2" }));
  expect(onShow).toHaveBeenCalledWith(2);
  expect(screen.getByText("ValueError: the loss is not a number")).toBeDefined();
  expect(screen.getByText("test loss")).toBeDefined();
});

test("read-only there is nothing to tick", () => {
  show(<RunsTable runs={madeUpRuns(3)} axes={AXES} series="accuracy" selected={new Set([2])} shown={2} />);
  expect(screen.queryAllByRole("checkbox")).toHaveLength(0);
  expect(screen.getByText("run 2")).toBeDefined();
});
