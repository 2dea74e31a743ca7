import { render, screen } from "@testing-library/react";
import { expect, test } from "vitest";

import type { ExperimentSummary } from "../api/types";
import { ProgressBar, progressSentence } from "./Progress";

function summary(
  change: Partial<ExperimentSummary["progress"]> = {},
  state: ExperimentSummary["state"] = "running",
): ExperimentSummary {
  const progress = {
    runs: 256,
    by_state: { finished: 210, diverged: 2, running: 30, queued: 14 },
    run_steps_done: 900_000,
    run_steps_total: 1_280_000,
    run_steps_per_second: 41_234,
    seconds_left: 185,
    newest_step: 5000,
    ...change,
  };
  return {
    id: 1,
    name: "n",
    description: "",
    recipe: null,
    state,
    created_at: "2026-01-01T00:00:00Z",
    archived_at: null,
    progress,
  };
}

test("the sentence tells runs, rate, time left and workers", () => {
  expect(progressSentence(summary(), 1)).toBe("212 of 256 runs · 41 k run-steps/s · 3 min left · 1 worker");
});

test("without a rate and a worker it says what is awaited", () => {
  const waiting = summary({ run_steps_per_second: null, seconds_left: null, by_state: { queued: 256 } }, "queued");
  expect(progressSentence(waiting, 0)).toBe("0 of 256 runs · waiting for a worker");
});

test("what is over has no time left, and failures are told", () => {
  const over = summary({ by_state: { finished: 250, failed: 6 } }, "finished");
  expect(progressSentence(over, 1)).toBe("250 of 256 runs · 6 failed");
});

test("the bar says its share of all steps", () => {
  render(<ProgressBar progress={summary().progress} label="Progress of n" />);
  expect(screen.getByRole("progressbar", { name: "Progress of n" }).getAttribute("aria-valuenow")).toBe("70");
});
