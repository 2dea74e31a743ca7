/** A shared comparison, read-only: the clock and the layer may be moved; nothing is changed by it. */
import { useState, type ReactElement } from "react";

import type { SharedComparison } from "../api/types";
import { wholeComparison } from "../comparison";
import { CompareBoard } from "./CompareBoard";
import { SharedHead } from "./SharedHead";
import { SideList } from "./SideList";

export function SharedComparisonView({ token, shared }: { token: string; shared: SharedComparison }): ReactElement {
  const comparison = wholeComparison(shared.body.comparison);
  const [moved, setMoved] = useState({ step: comparison.step, layer: comparison.layer });
  return (
    <main className="page compare-page">
      <SharedHead title={shared.title} note={shared.note} />
      <SideList sides={shared.body.sides} />
      <CompareBoard
        body={shared.body}
        comparison={{ ...comparison, ...moved }}
        change={({ step, layer }) =>
          setMoved((before) => ({
            step: step === undefined ? before.step : step,
            layer: layer === undefined ? before.layer : layer,
          }))
        }
        token={token}
      />
    </main>
  );
}
