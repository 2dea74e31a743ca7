/** One run in the table: settings, state and values; made of plain elements, as hundreds are drawn while one scrolls. */
import { memo, type KeyboardEvent, type MouseEvent, type ReactElement } from "react";

import type { Marks, RunTable } from "../api/types";
import { value } from "../format";
import { useIsHovered, type HoverStore } from "../hover-store";
import { cellOf, type Row } from "../table";
import { StateWord } from "./Progress";

export interface Column {
  name: string;
  label: string;
}

interface RunRowProps {
  row: Row;
  place: number;
  table: RunTable;
  columns: readonly Column[];
  marks: Marks | undefined;
  selected: boolean;
  shown: boolean;
  colour: string | undefined;
  hover: HoverStore;
  onPick: (run: number, event: MouseEvent) => void;
  onTick: (run: number) => void;
  onShow: (run: number) => void;
}

export const RunRow = memo(
  function RunRow(props: RunRowProps): ReactElement {
    const { row, place, table, columns, marks, selected, shown, colour, hover, onPick, onTick, onShow } = props;
    const hovered = useIsHovered(hover, row.run);
    const message = table.messages[row.run];
    return (
      <tr
        aria-rowindex={place + 2}
        aria-selected={selected}
        data-shown={shown || undefined}
        data-hovered={hovered || undefined}
        onMouseEnter={() => hover.set([row.run])}
        onClick={(event) => {
          if (!(event.target instanceof Element && event.target.closest("input, button, summary, a")))
            onPick(row.run, event);
        }}
      >
        <td>
          <input
            type="checkbox"
            className="tick"
            aria-label={`Select run ${row.run}`}
            checked={selected}
            onChange={() => onTick(row.run)}
            onKeyDown={walk}
          />
        </td>
        <td>
          <button
            type="button"
            className="run-name"
            aria-pressed={shown}
            title="Show the drift and the representations of this run"
            onClick={() => onShow(row.run)}
          >
            <i style={{ background: colour ?? "transparent" }} />
            run {row.run}
          </button>
        </td>
        {columns.map(({ name }) => {
          const cell = cellOf(table, name, row.place);
          if (name === "state")
            return (
              <td key={name} title={message}>
                <StateWord state={String(cell)} />
                {message !== undefined && <span className="unseen">: {message}</span>}
              </td>
            );
          return (
            <td key={name} className={typeof cell === "number" ? "number" : undefined}>
              {value(cell)}
            </td>
          );
        })}
        <td className="marks" title={marks?.note}>
          {marks?.tags.map((tag) => (
            <span key={tag} className="tag">
              {tag}
            </span>
          ))}
          {marks?.archived === true && <span className="tag">archived</span>}
          {marks?.note}
        </td>
      </tr>
    );
  },
  (before, after) =>
    before.row.run === after.row.run &&
    before.row.place === after.row.place &&
    before.place === after.place &&
    before.table === after.table &&
    before.columns === after.columns &&
    before.marks === after.marks &&
    before.selected === after.selected &&
    before.shown === after.shown &&
    before.colour === after.colour,
);

/** Up and down go from tick to tick; what lies beyond the rows in sight is scrolled to. */
function walk(event: KeyboardEvent<HTMLInputElement>): void {
  if (event.key !== "ArrowDown" && event.key !== "ArrowUp") return;
  const row = event.currentTarget.closest("tr");
  const next = event.key === "ArrowDown" ? row?.nextElementSibling : row?.previousElementSibling;
  const tick = next?.querySelector<HTMLInputElement>("input[type=checkbox]");
  if (tick === null || tick === undefined) return;
  event.preventDefault();
  event.stopPropagation();
  tick.focus();
  tick.scrollIntoView({ block: "nearest" });
}
