import { screen, waitFor } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { expect, test, vi } from "vitest";

import { madeUpExperiment, serve, show } from "../test-server";
import { SideDialog } from "./SideDialog";

const ANSWERS = { "GET /api/experiments": [madeUpExperiment()], "GET /api/figures": [] };

test("an expression that cannot be read is refused in words before anything is compared", async () => {
  const user = userEvent.setup();
  const choose = vi.fn();
  serve({ ...ANSWERS, "GET /api/experiments/7/filter": { problem: "There is nothing called 'lr' here." } });
  show(<SideDialog opened side={null} onClose={vi.fn()} onChoose={choose} />);
  await user.type(await screen.findByLabelText("Only where"), "lr > 1");
  await user.click(screen.getByRole("button", { name: "Compare the runs for which it holds" }));
  await screen.findByText("There is nothing called 'lr' here.");
  expect(choose).not.toHaveBeenCalled();
});

test("a group is chosen by numbers, an expression, and the run that stands for it, which has to be in it", async () => {
  const user = userEvent.setup();
  const choose = vi.fn();
  serve({ ...ANSWERS, "GET /api/experiments/7/filter": { problem: null } });
  show(<SideDialog opened side={null} onClose={vi.fn()} onChoose={choose} />);
  await user.type(await screen.findByLabelText("Runs"), "2-4");
  await user.type(screen.getByLabelText("Only where"), "seed < 2");
  await user.type(screen.getByLabelText("Run that stands for them"), "9");
  screen.getByText("Run 9 is not among them.");
  expect(screen.getByRole("button", { name: "Compare those of 3 runs" }).hasAttribute("disabled")).toBe(true);
  await user.clear(screen.getByLabelText("Run that stands for them"));
  await user.type(screen.getByLabelText("Run that stands for them"), "3");
  await user.click(screen.getByRole("button", { name: "Compare those of 3 runs" }));
  await waitFor(() =>
    expect(choose).toHaveBeenCalledWith({ experiment: 7, runs: [2, 3, 4], run: 3, filter: "seed < 2" }),
  );
});
