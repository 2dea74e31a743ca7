import { QueryClient } from "@tanstack/react-query";
import { screen } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { expect, test } from "vitest";

import { App } from "../App";
import { Feed, type Source } from "../events";
import { madeUpExperiment, madeUpRuns, madeUpTable, serve, show } from "../test-server";
import { DEFAULTS } from "../view";
import { workersSentence } from "./GalleryPage";
import { shareState } from "./SharesPage";

const SILENT: Source = {
  readyState: 1,
  onopen: null,
  onerror: null,
  addEventListener: () => undefined,
  close: () => undefined,
};

function open(address: string): void {
  const feed = new Feed(new QueryClient(), () => SILENT);
  show(<App feed={feed} />, address);
}

const CURVES = {
  name: "curves",
  title: "Curves",
  description: "Lines.",
  scope: "selection",
  drawn_from: ["runs", "series", "step_scale"],
};

const RECIPE = {
  name: "effective_theory",
  title: "Four phases of learning",
  reference: "Liu et al. 2022",
  question: "When does a network generalise?",
  summary: "",
  look_for: ["the thin band"],
  try_next: ["another rate"],
  figures: ["curves"],
  sizes: [
    {
      name: "paper",
      runs: 121,
      steps: 100_000,
      note: "hours",
      companions: [{ name: "control", title: "A control", runs: 2, steps: 10 }],
    },
  ],
  claims: [{ statement: "It groks.", measured: "steps", criterion: "at least 10", sizes: [] }],
  picture: null,
  verifications: [],
};

const VERDICT = {
  claim: "groks",
  statement: "It groks.",
  measured: "steps",
  criterion: "at least 10",
  values: [4],
  found: "4",
  holds: false,
  lacking: [],
};

test("a companion starts too, and a claim that does not hold says so with date and machine", async () => {
  const verification = {
    recipe: "effective_theory",
    size: "small",
    seeds: 1,
    holds: false,
    verdicts: [VERDICT],
    experiments: { main: 7 },
    made_at: "2026-01-02T03:04:05Z",
    machine: "Linux x86_64, 2 cores",
    processor_seconds: 9,
  };
  const asked = serve({
    "GET /api/experiments": [],
    "GET /api/recipes": [{ ...RECIPE, verifications: [verification] }],
    "GET /api/workers": [],
    "POST /api/recipes/effective_theory/experiments": madeUpExperiment(),
    "GET /api/experiments/7": madeUpExperiment(),
  });
  open("/");
  expect(await screen.findByText(/^0 of 1 claims hold \(small\)/)).toBeDefined();
  await userEvent.click(screen.getByRole("link", { name: "Four phases of learning" }));
  expect(await screen.findByText("0 of 1 claims hold")).toBeDefined();
  expect(screen.getByText("the thin band")).toBeDefined();
  expect(screen.getByText("another rate")).toBeDefined();
  expect(screen.getByRole("link", { name: "Change it first" }).getAttribute("href")).toBe(
    "/new?recipe=effective_theory&size=paper",
  );
  expect(screen.getByText("Does not hold:")).toBeDefined();
  expect(screen.getByText("steps: 4; asked for: at least 10")).toBeDefined();
  expect(screen.getByText(/Linux x86_64, 2 cores, 1 seed at most/)).toBeDefined();
  expect(screen.getByRole("link", { name: "main" }).getAttribute("href")).toBe("/experiments/7");
  const changes = screen.getAllByRole("link", { name: "Change it first" });
  expect(changes[0]?.getAttribute("href")).toBe("/new?recipe=effective_theory&size=paper");
  await userEvent.click(screen.getByRole("button", { name: "A control (2 runs × 10 steps)" }));
  expect(asked.find(({ method }) => method === "POST")?.body).toEqual({ size: "paper", companion: "control" });
});

test("an empty gallery teaches, and a recipe starts with its cost on the button", async () => {
  const asked = serve({
    "GET /api/experiments": [],
    "GET /api/recipes": [RECIPE],
    "GET /api/workers": [],
    "POST /api/recipes/effective_theory/experiments": madeUpExperiment(),
    "GET /api/experiments/7": madeUpExperiment(),
  });
  open("/");
  expect(await screen.findByText("No experiment yet.")).toBeDefined();
  expect(await screen.findByText("no worker")).toBeDefined();
  expect(await screen.findByText(/^1 claim, not verified here yet/)).toBeDefined();
  await userEvent.click(screen.getByRole("button", { name: "Run as in the paper (121 runs × 100,000 steps)" }));
  expect(await screen.findByRole("heading", { name: "Made up" })).toBeDefined();
  expect(asked.find(({ method }) => method === "POST")?.body).toEqual({ size: "paper" });
});

test("a recipe that does not exist is answered with those that are", async () => {
  serve({ "GET /api/recipes": [RECIPE] });
  open("/recipes/effective");
  expect(await screen.findByRole("heading", { name: "There is no recipe effective" })).toBeDefined();
  expect(screen.getByRole("link", { name: "Four phases of learning" })).toBeDefined();
});

test("an experiment that does not exist is told in the server's words", async () => {
  serve({ "GET /api/experiments/9": new Error("There is no experiment 9.") });
  open("/experiments/9");
  expect((await screen.findByRole("alert")).textContent).toContain("There is no experiment 9.");
});

test.each(["/experiments/none", "/nowhere"])("%s leads nowhere and says so", async (address) => {
  serve({});
  open(address);
  expect(await screen.findByRole("heading", { name: "There is nothing at this address" })).toBeDefined();
});

test("an experiment opens with the selection, run and clock of its address", async () => {
  serve({
    "GET /api/experiments/7": madeUpExperiment(),
    "GET /api/experiments/7/table": madeUpTable(3),
    "GET /api/experiments/7/fields": [],
    "GET /api/figures": [CURVES],
    "GET /api/workers": [],
  });
  open("/experiments/7?runs=2,3&run=3&step=10&series=loss&unknown=1");
  expect((await screen.findByRole("button", { name: "run 3" })).getAttribute("aria-pressed")).toBe("true");
  const ticked = screen.getAllByRole("checkbox", { name: /Select run/, checked: true });
  expect(ticked.map((tick) => tick.getAttribute("aria-label"))).toEqual(["Select run 2", "Select run 3"]);
  expect(screen.getByRole("slider").getAttribute("aria-valuetext")).toBe("step 10");
  expect(screen.getByRole("combobox", { name: "series" })).toHaveProperty("value", "loss");
});

test("a share shows its view and leads to nothing else", async () => {
  const view = { ...DEFAULTS, experiment: 7, runs: [2], step: 10 };
  const shared = {
    title: "Look",
    note: "at this",
    expires_at: null,
    view,
    figures: [],
    experiment: madeUpExperiment(),
    runs: madeUpRuns(3),
  };
  const asked = serve({ "GET /api/shared/secret": shared });
  open("/s/secret");
  expect(await screen.findByRole("heading", { name: "Look" })).toBeDefined();
  const links = screen.queryAllByRole("link").map((link) => link.getAttribute("href"));
  expect(links).toEqual(["/api/shared/secret/runs/csv", "/api/shared/secret/runs/parquet"]);
  expect(screen.queryAllByRole("checkbox")).toHaveLength(0);
  expect(screen.queryByRole("button", { name: /share$|cancel|again|revoke/i })).toBeNull();
  expect(asked.every(({ method, path }) => method === "GET" && path.startsWith("/api/shared/secret"))).toBe(true);
});

test("a dead link is told in words", async () => {
  serve({ "GET /api/shared/old": new Error("This link was revoked.") });
  open("/s/old");
  expect(await screen.findByRole("heading", { name: "This link opens nothing" })).toBeDefined();
  expect(screen.getByRole("alert").textContent).toBe("This link was revoked.");
});

test("without a worker the page says how to start one", async () => {
  serve({ "GET /api/workers": [] });
  open("/workers");
  expect(await screen.findByText(/phasescope worker --server/)).toBeDefined();
});

test("a worker that trains says how far it is, and how long it still takes", async () => {
  const progress = { runs: 64, ended: 3, run_steps_done: 250, run_steps_total: 1000, seconds_left: 75 };
  const training = { experiment: 7, shard: 3, run_steps_per_second: 10, progress, seen_at: "2026-01-01T00:00:00Z" };
  serve({ "GET /api/workers": [{ id: 1, name: "ada", device: "CPU", state: "training", ...training }] });
  open("/workers");
  const bar = await screen.findByRole("progressbar", { name: "Progress of what ada trains" });
  expect(bar.getAttribute("aria-valuenow")).toBe("25");
  expect(screen.getByText(/64 runs together \(shard 3\)/)).toBeDefined();
  expect(screen.getByText("1 min")).toBeDefined();
});

test("workers in one sentence", () => {
  const worker = { id: 1, name: "a", device: "cpu", shard: 1, experiment: 1, progress: null, seen_at: "" };
  expect(workersSentence([])).toBe("no worker");
  expect(workersSentence([{ ...worker, state: "idle", run_steps_per_second: null }])).toBe("1 worker, idle");
  expect(workersSentence([{ ...worker, state: "training", run_steps_per_second: 41_234 }])).toBe(
    "1 worker, 1 training, 41 k run-steps/s",
  );
});

test("a share is open until it is revoked or its time has come", () => {
  const now = Date.parse("2026-01-02T00:00:00Z");
  expect(shareState({ revoked_at: null, expires_at: null }, now)).toBe("open");
  expect(shareState({ revoked_at: null, expires_at: "2026-01-01T00:00:00Z" }, now)).toBe("expired");
  expect(shareState({ revoked_at: "2026-01-01T00:00:00Z", expires_at: null }, now)).toBe("revoked");
});
