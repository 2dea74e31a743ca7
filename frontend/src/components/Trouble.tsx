/** Runs that failed or were lost: why, how many, and one click that queues them again. */
import { Button } from "@mantine/core";
import { useMemo, type ReactElement } from "react";

import type { Experiment, RunTable } from "../api/types";
import { counted } from "../format";
import { useRequeue } from "../queries/experiments";
import { StateWord } from "./Progress";

interface Props {
  experiment: Experiment;
  table: RunTable;
  onPick: (runs: readonly number[], adding: boolean) => void;
}

interface Reason {
  state: string;
  message: string;
  runs: number[];
}

const BAD: ReadonlySet<string> = new Set(["failed", "lost", "diverged"]);
const AGAIN: ReadonlySet<string> = new Set(["failed", "lost"]); // what can be queued again

export function Trouble({ experiment, table, onPick }: Props): ReactElement | null {
  const requeue = useRequeue(experiment.id);
  const reasons = useMemo(() => reasonsOf(table), [table]);
  if (reasons.length === 0) return null;
  return (
    <ul className="trouble" aria-label="Runs that failed, were lost or diverged">
      {reasons.map(({ state, message, runs }) => (
        <li key={state + message}>
          <StateWord state={state} />
          <button type="button" className="link-button" onClick={() => onPick(runs, false)}>
            {counted(runs.length, "run")}
          </button>
          <details className="reason">
            <summary>{lastLine(message)}</summary>
            <pre>{message}</pre>
          </details>
          {AGAIN.has(state) && (
            <Button variant="default" loading={requeue.isPending} onClick={() => requeue.mutate(runs)}>
              Queue {runs.length === 1 ? "it" : "them"} again
            </Button>
          )}
        </li>
      ))}
    </ul>
  );
}

/** Runs that came to the same end for the same reason together, the commonest first. */
export function reasonsOf(table: Pick<RunTable, "runs" | "states" | "messages">): Reason[] {
  const found = new Map<string, Reason>();
  table.runs.forEach((run, place) => {
    const state = table.states[place] ?? "";
    const told = table.messages[run];
    const again = state === "queued" && told !== undefined; // after its worker fell silent
    if (!BAD.has(state) && !again) return;
    const message = told ?? "No reason was given.";
    const reason = found.get(state + message) ?? { state, message, runs: [] };
    reason.runs.push(run);
    found.set(state + message, reason);
  });
  return [...found.values()].sort((one, other) => other.runs.length - one.runs.length).slice(0, 5);
}

/** Of a traceback the last line says what happened. */
function lastLine(message: string): string {
  return message.trim().split("\n").at(-1) ?? message;
}
