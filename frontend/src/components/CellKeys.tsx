/** The phase diagram by keyboard: arrows go from cell to cell, Enter selects, with Shift all from the last one. */
import { useState, type KeyboardEvent, type ReactElement, type ReactNode } from "react";

import type { FigureBody } from "../api/types";
import { cellsOf } from "../figure/points";
import { counted } from "../format";
import type { HoverStore } from "../hover-store";
import type { PickKind } from "./PlotlyFigure";

interface Props {
  figure: FigureBody;
  hover: HoverStore;
  onPick: (runs: readonly number[], kind: PickKind) => void;
  children: ReactNode;
}

export function CellKeys({ figure, hover, onPick, children }: Props): ReactElement {
  const [said, setSaid] = useState("");
  const [at, setAt] = useState({ row: 0, column: 0 });

  const go = (cells: readonly (readonly (readonly number[])[])[], row: number, column: number): void => {
    const held = {
      row: Math.min(cells.length - 1, Math.max(0, row)),
      column: Math.min((cells[0]?.length ?? 1) - 1, Math.max(0, column)),
    };
    const runs = cells[held.row]?.[held.column] ?? [];
    setAt(held);
    hover.set(runs);
    setSaid(`Column ${held.column + 1}, row ${held.row + 1}: ${counted(runs.length, "run")}, ${runs.join(", ")}`);
  };
  const press = (event: KeyboardEvent): void => {
    if (event.target !== event.currentTarget || event.metaKey || event.altKey) return;
    const cells = cellsOf(figure.data);
    const moves: Record<string, () => void> = {
      ArrowRight: () => go(cells, at.row, at.column + 1),
      ArrowLeft: () => go(cells, at.row, at.column - 1),
      ArrowUp: () => go(cells, at.row + 1, at.column),
      ArrowDown: () => go(cells, at.row - 1, at.column),
      Enter: () => onPick(cells[at.row]?.[at.column] ?? [], event.ctrlKey ? "add" : event.shiftKey ? "range" : "only"),
    };
    const act = moves[event.key];
    if (act === undefined || cells.length === 0) return;
    event.preventDefault();
    event.stopPropagation();
    act();
  };
  return (
    <div
      className="cell-keys"
      role="application"
      aria-roledescription="phase diagram"
      aria-label="Cells of the phase diagram: arrows move, Enter selects"
      tabIndex={0}
      onKeyDown={press}
      onBlur={() => hover.set([])}
    >
      {children}
      <span className="unseen" role="status">
        {said}
      </span>
    </div>
  );
}
