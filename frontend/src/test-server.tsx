/** For tests: answers given by hand instead of a server's, and a page with everything around it that the real one has. */
import { MantineProvider } from "@mantine/core";
import { QueryClient, QueryClientProvider } from "@tanstack/react-query";
import { render } from "@testing-library/react";
import type { ReactElement } from "react";
import { MemoryRouter } from "react-router";

import type { Experiment, Run, RunTable } from "./api/types";
import { theme } from "./theme/theme";

interface Asked {
  method: string;
  path: string;
  body: unknown;
}

/** Answers by `METHOD /path`; a number is a failure of that status. What has no answer never gets one. */
export function serve(answers: Readonly<Record<string, unknown>>): Asked[] {
  const asked: Asked[] = [];
  globalThis.fetch = async (input): Promise<Response> => {
    const request = new Request(input);
    const { pathname } = new URL(request.url);
    const text = await request.text();
    asked.push({ method: request.method, path: pathname, body: text === "" ? null : JSON.parse(text) });
    const answer = answers[`${request.method} ${pathname}`];
    if (answer === undefined) return new Promise(() => undefined);
    const failed = answer instanceof Error;
    const error = failed ? { error: { kind: "not_found", message: answer.message, problems: [] } } : answer;
    return new Response(JSON.stringify(error), {
      status: failed ? 404 : 200,
      headers: { "content-type": "application/json" },
    });
  };
  return asked;
}

export function show(page: ReactElement, address = "/"): void {
  const cache = new QueryClient({ defaultOptions: { queries: { retry: false } } });
  render(
    <MantineProvider theme={theme} env="test">
      <QueryClientProvider client={cache}>
        <MemoryRouter initialEntries={[address]}>{page}</MemoryRouter>
      </QueryClientProvider>
    </MantineProvider>,
  );
}

export function madeUpRuns(count: number): Run[] {
  return Array.from({ length: count }, (_, place) => ({
    id: place + 1,
    point: { "optimizer.learning_rate": 0.001 * (place + 1) },
    seed: 0,
    state: place === 0 ? "failed" : "finished",
    step: 100,
    message: place === 0 ? "ValueError: the loss is not a number" : null,
    summary: { test_accuracy: 0.5, train_accuracy: null },
  }));
}

export function madeUpExperiment(runs = 3): Experiment {
  return {
    id: 7,
    name: "Made up",
    description: "",
    recipe: null,
    state: "finished",
    created_at: "2026-01-01T00:00:00Z",
    archived_at: null,
    notes: "",
    progress: {
      runs,
      by_state: { finished: runs },
      run_steps_done: runs * 100,
      run_steps_total: runs * 100,
      run_steps_per_second: null,
      seconds_left: null,
      newest_step: 100,
    },
    spec: {
      name: "Made up",
      description: "",
      task: { name: "toy_addition" },
      model: { name: "embedding_decoder" },
      optimizer: { name: "adamw" },
      interventions: [],
      precision: "float32",
      steps: 100,
      checkpoints: { log_spaced: 4 },
      measures: ["accuracy"],
      schedules: {},
      axes: [{ path: "optimizer.learning_rate", log: [0.001, 0.003, 3], scales: {} }],
      seeds: 1,
      first_seed: 0,
      extensions: [],
      phases: {
        train_at_least: 0.9,
        test_at_least: 0.9,
        delay: 1000,
        fitted: "",
        generalised: "",
        held_for: 1,
        labels: [],
      },
    },
    steps: [0, 1, 10, 100],
    series: ["train_accuracy", "test_accuracy", "drift_to_initial.hidden_1"],
  };
}

export function madeUpTable(count: number): RunTable {
  const runs = Array.from({ length: count }, (_, place) => place + 1);
  return {
    runs,
    points: { "optimizer.learning_rate": runs.map((run) => 0.001 * run) },
    seeds: runs.map(() => 0),
    states: runs.map((run) => (run === 1 ? "failed" : "finished")),
    steps: runs.map(() => 100),
    messages: { 1: "ValueError: the loss is not a number" },
    marks: [],
    values: { test_accuracy: runs.map((run) => 0.5 + (run % 7) / 100) },
  };
}
