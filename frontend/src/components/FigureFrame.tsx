/** The frame of one figure among others: its heading, what it shows, its settings; tall or large where that helps. */
import type { ReactElement, ReactNode } from "react";

import type { FigureCard, View } from "../api/types";
import { TALL } from "../panels";

interface Props {
  card: FigureCard;
  view: Pick<View, "large">;
  heading: ReactNode;
  note: string | null;
  settings: ReactNode;
  children: ReactNode;
}

export function FigureFrame({ card, view, heading, note, settings, children }: Props): ReactElement {
  return (
    <section
      className="panel figure-panel"
      data-figure={card.name}
      data-tall={TALL.has(card.name) || undefined}
      data-large={view.large === card.name || undefined}
      aria-label={card.title}
    >
      <header className="panel-head">
        {heading}
        {note !== null && <span className="panel-note">{note}</span>}
        <div className="panel-settings">{settings}</div>
      </header>
      {children}
    </section>
  );
}
