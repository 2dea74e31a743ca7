/** What an experiment will cost, before it is started; or what has to be mended first. */
import type { ReactElement } from "react";

import type { Cost, Problem } from "../api/types";
import { count, counted, duration } from "../format";
import { bytes } from "../settings";
import { Failure } from "./Failure";

interface Props {
  cost: Cost | null;
  problems: readonly Problem[];
  error: Error | null;
}

export function CostPlace({ cost, problems, error }: Props): ReactElement {
  return (
    <div className="cost" role="status" aria-live="polite">
      {problems.length > 0 && <Problems problems={problems} />}
      {problems.length === 0 && error !== null && <Failure error={error} />}
      {problems.length === 0 && error === null && cost !== null && (
        <>
          <dl>
            <Told name="runs" value={count(cost.runs)} />
            <Told name="run-steps" value={count(cost.run_steps)} />
            <Told name="takes about" value={cost.seconds === null ? "–" : duration(cost.seconds)} />
            <Told name="stores about" value={cost.stored_bytes === null ? "–" : bytes(cost.stored_bytes)} />
          </dl>
          <p className="quiet">{sentence(cost)}</p>
          {cost.refusal && <p role="alert">A worker tried it and cannot train it: {cost.refusal}</p>}
        </>
      )}
    </div>
  );
}

/** Who would train it, and what is not known yet. */
function sentence({ workers, signatures, seconds, memory_bytes, refusal }: Cost): string {
  const kinds =
    signatures === 1 ? "All runs are trained together" : `Trained as ${counted(signatures, "kind")} of runs`;
  const memory = memory_bytes === null ? "" : `, with ${bytes(memory_bytes)} of memory at a time`;
  const who =
    workers === 0
      ? "No worker is there: how long it takes is not known, and it waits until one comes."
      : seconds === null && !refusal
        ? "A worker is trying a moment of it, to tell how long it takes."
        : `For ${counted(workers, "worker")}.`;
  return `${kinds}${memory}. ${who}`;
}

function Told({ name, value }: { name: string; value: string }): ReactElement {
  return (
    <div>
      <dt>{name}</dt>
      <dd>{value}</dd>
    </div>
  );
}

function Problems({ problems }: Pick<Props, "problems">): ReactElement {
  return (
    <>
      <p>
        <b>{counted(problems.length, "thing")} to mend before it can start:</b>
      </p>
      <ul>
        {problems.map(({ field, sentence: said }) => (
          <li key={field + said}>{said}</li>
        ))}
      </ul>
    </>
  );
}
