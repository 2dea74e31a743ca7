/** What an experiment will cost, before it is started; or what has to be mended first. */
import type { ReactElement } from "react";

import { ApiError } from "../api/errors";
import type { Cost } from "../api/types";
import { count, counted, duration } from "../format";
import { bytes } from "../settings";
import { Failure } from "./Failure";

/** Time and size are told where the server can tell them. */
type Told = Cost & { seconds?: number | null; bytes?: number | null };

export function CostPlace({ cost, error }: { cost: Told | undefined; error: Error | null }): ReactElement {
  return (
    <div className="cost" role="status" aria-live="polite">
      {error !== null && <Problems error={error} />}
      {error === null && cost === undefined && <p className="quiet">Checking …</p>}
      {error === null && cost !== undefined && (
        <dl>
          <Told name="runs" value={count(cost.runs)} />
          <Told name="run-steps" value={count(cost.run_steps)} />
          {typeof cost.seconds === "number" && <Told name="about" value={duration(cost.seconds)} />}
          {typeof cost.bytes === "number" && <Told name="to store" value={bytes(cost.bytes)} />}
          <Told name="trained as" value={counted(cost.signatures, "kind") + " of network"} />
        </dl>
      )}
    </div>
  );
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
