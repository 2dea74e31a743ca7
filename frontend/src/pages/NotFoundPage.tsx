/** An address that leads nowhere. */
import type { ReactElement } from "react";
import { Link } from "react-router";

import { useTitle } from "../title";

export function NotFoundPage(): ReactElement {
  useTitle("Nothing here");
  return (
    <main className="page narrow">
      <h1>There is nothing at this address</h1>
      <p>
        Experiments are at <code>/experiments/</code> and their number. The <Link to="/">gallery</Link> lists them all.
      </p>
    </main>
  );
}
