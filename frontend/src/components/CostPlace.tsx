/** What an experiment will cost, before it is started; or what has to be mended first. */
import type { ReactElement } from "react";

import { ApiError } from "../api/errors";
import type { Cost } from "../api/types";
import { count, counted, duration } from "../format";
import { bytes } from "../settings";
import { Failure } from "./Failure";

export function CostPlace({ cost, error }: { cost: Cost | undefined; error: Error | null }): ReactElement {
  return (
    <div className="cost" role="status" aria-live="polite">
      {error !== null && <Problems error={error} />}
      {error === null && cost === undefined && <p className="quiet">Checking …</p>}
      {error === null && cost !== undefined && (
        <>
          <dl>
            <Told name="runs" value={count(cost.runs)} />
            <Told name="run-steps" value={count(cost.run_steps)} />
            <Told name="takes about" value={cost.seconds === null ? "–" : duration(cost.seconds)} />
            <Told name="stores about" value={cost.stored_bytes === null ? "–" : bytes(cost.stored_bytes)} />
          </dl>
          <p className="quiet">{sentence(cost)}</p>
        </>
      )}
    </div>
  );
}

/** Who would train it, and what is not known yet. */
function sentence({ workers, signatures, seconds, memory_bytes }: Cost): string {
  const kinds =
    signatures === 1 ? "All runs are trained together" : `Trained as ${counted(signatures, "kind")} of runs`;
  const memory = memory_bytes === null ? "" : `, with ${bytes(memory_bytes)} of memory at a time`;
  const who =
    workers === 0
      ? "No worker is there: how long it takes is not known, and it waits until one comes."
      : seconds === null
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

function Problems({ error }: { error: Error }): ReactElement {
  if (!(error instanceof ApiError) || error.problems.length === 0) return <Failure error={error} />;
  return (
    <>
      <p>
        <b>{counted(error.problems.length, "thing")} to mend before it can start:</b>
      </p>
      <ul>
        {error.problems.map(({ field, sentence }) => (
          <li key={field + sentence}>{sentence}</li>
        ))}
      </ul>
    </>
  );
}
