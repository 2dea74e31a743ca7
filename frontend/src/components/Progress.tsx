/** How far an experiment is: a bar in the colours of its runs' states, and a sentence. */
import type { ReactElement } from "react";

import type { ExperimentSummary, Progress as ProgressRecord, RunState } from "../api/types";
import { count, counted, duration, rate } from "../format";

type Runs = Pick<ProgressRecord, "runs" | "by_state">;

const DONE: readonly RunState[] = ["finished", "stopped", "diverged"];
const TROUBLE: readonly RunState[] = ["failed", "lost"];

function sum({ by_state }: Runs, states: readonly RunState[]): number {
  return states.reduce((total, state) => total + (by_state[state] ?? 0), 0);
}

export function doneRuns(progress: Runs): number {
  return sum(progress, DONE);
}

export function troubledRuns(progress: Runs): number {
  return sum(progress, [...TROUBLE, "cancelled"]);
}

/** `212 of 256 runs · 41 k run-steps/s · 3 min left · 1 worker`; what is over has neither rate nor time left. */
export function progressSentence({ state, progress }: ExperimentSummary, workers: number | null): string {
  const { runs, run_steps_per_second: speed, seconds_left: left } = progress;
  const parts = [`${count(doneRuns(progress))} of ${counted(runs, "run")}`];
  const trouble = sum(progress, TROUBLE);
  if (trouble > 0) parts.push(`${count(trouble)} failed`);
  if (state === "finished" || state === "failed" || state === "cancelled") return parts.join(" · ");
  if (speed !== null && speed > 0) parts.push(`${rate(speed)} run-steps/s`);
  if (left !== null) parts.push(`${duration(left)} left`);
  if (workers !== null) parts.push(workers === 0 ? "waiting for a worker" : counted(workers, "worker"));
  return parts.join(" · ");
}

/** Steps trained, then what is being trained now, then what failed. */
export function ProgressBar({ progress, label }: { progress: ProgressRecord; label: string }): ReactElement {
  const runs = Math.max(1, progress.runs);
  const trained = progress.run_steps_total > 0 ? progress.run_steps_done / progress.run_steps_total : 0;
  const trouble = sum(progress, [...TROUBLE, "cancelled"]) / runs;
  const done = Math.min(trained, 1 - trouble);
  const running = Math.max(0, sum(progress, [...DONE, "running"]) / runs - done);
  return <Bar percent={Math.round(100 * trained)} label={label} parts={{ done, running, trouble }} />;
}

interface BarProps {
  percent: number; // as it is told
  label: string;
  parts: Readonly<Record<string, number>>; // shares of the whole, from the left
}

function Bar({ percent, label, parts }: BarProps): ReactElement {
  return (
    <span
      className="bar"
      role="progressbar"
      aria-label={label}
      aria-valuemin={0}
      aria-valuemax={100}
      aria-valuenow={percent}
    >
      {Object.entries(parts).map(([name, share]) => (
        <span key={name} data-part={name} style={{ width: `${100 * share}%` }} />
      ))}
    </span>
  );
}

/** One share of a whole, in words beside its bar. */
export function ShareBar({ share, label }: { share: number; label: string }): ReactElement {
  const percent = Math.round(100 * share);
  return (
    <span className="share-bar">
      <Bar percent={percent} label={label} parts={{ done: share }} />
      {percent} %
    </span>
  );
}

/** A state as a word with a dot: never by colour alone. */
export function StateWord({ state }: { state: string }): ReactElement {
  return (
    <span className="state" data-state={state}>
      {state}
    </span>
  );
}
