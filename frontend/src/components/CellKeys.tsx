/** Diagrams by keyboard: arrows go from cell to cell and from diagram to diagram, Enter selects, Shift takes all between. */
import { useState, type KeyboardEvent, type ReactElement, type ReactNode } from "react";

import type { FigureBody } from "../api/types";
import { diagramsOf, moved, runsAt, wordsAt, type CellPlace, type Diagrams } from "../figure/diagrams";
import { counted } from "../format";
import type { HoverStore } from "../hover-store";
import type { PickKind } from "./PlotlyFigure";

interface Props {
  title: string;
  figure: FigureBody;
  hover: HoverStore;
  onPick: (runs: readonly number[], kind: PickKind) => void;
  children: ReactNode;
}

const ARROWS: Readonly<Record<string, readonly [right: number, up: number]>> = {
  ArrowRight: [1, 0],
  ArrowLeft: [-1, 0],
  ArrowUp: [0, 1],
  ArrowDown: [0, -1],
};
const FIRST: CellPlace = { diagram: 0, row: 0, column: 0 };

export function CellKeys({ title, figure, hover, onPick, children }: Props): ReactElement {
  const [said, setSaid] = useState("");
  const [at, setAt] = useState(FIRST);
  const [drawing, setDrawing] = useState(false); // a rectangle, with Shift and arrows

  const tell = (diagrams: Diagrams, place: CellPlace, after = ""): void => {
    const runs = runsAt(diagrams, place);
    const where = `Column ${place.column + 1}, row ${place.row + 1}`;
    const which = runs.length > 6 ? counted(runs.length, "run") : `${counted(runs.length, "run")}, ${runs.join(", ")}`;
    hover.set(runs);
    setSaid([where, wordsAt(diagrams, place), which + after].filter((part) => part !== "").join(". "));
  };
  const go = (diagrams: Diagrams, [right, up]: readonly [number, number], shift: boolean): void => {
    const next = moved(diagrams, at, right, up);
    if (shift && !drawing) onPick(runsAt(diagrams, at), "only"); // where the rectangle begins
    if (shift && runsAt(diagrams, next).length > 0) onPick(runsAt(diagrams, next), "range");
    setDrawing(shift);
    setAt(next);
    tell(diagrams, next, shift ? ", selected with all from where Shift was pressed" : "");
  };
  const choose = (diagrams: Diagrams, event: KeyboardEvent): void => {
    setDrawing(false);
    onPick(runsAt(diagrams, at), event.ctrlKey ? "add" : event.shiftKey ? "range" : "only");
    tell(diagrams, at, ", selected");
  };
  const press = (event: KeyboardEvent): void => {
    if (event.target !== event.currentTarget || event.metaKey || event.altKey) return;
    const arrow = ARROWS[event.key];
    if (arrow === undefined && event.key !== "Enter") return;
    const diagrams = diagramsOf(figure);
    if (diagrams.each.length === 0) return;
    event.preventDefault();
    event.stopPropagation();
    if (arrow === undefined) choose(diagrams, event);
    else go(diagrams, arrow, event.shiftKey);
  };
  return (
    <div
      className="cell-keys"
      role="application"
      aria-roledescription={title.toLowerCase()}
      aria-label={`Cells of ${title.toLowerCase()}: arrows move, Enter selects, Shift and arrows select a rectangle`}
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
