/** What stands above everything that is shared: its title, its note, how far it is, and how to print it. */
import type { ReactElement, ReactNode } from "react";

import { PrintButton } from "./PrintButton";

interface Props {
  title: string;
  note: string;
  children?: ReactNode; // how far it is
}

export function SharedHead({ title, note, children }: Props): ReactElement {
  return (
    <header className="head">
      <div className="head-words">
        <h1>{title}</h1>
        {note !== "" && <p className="note">{note}</p>}
      </div>
      {children !== undefined && (
        <div className="head-progress">
          <p>{children}</p>
        </div>
      )}
      <div className="head-actions">
        <PrintButton />
      </div>
    </header>
  );
}
