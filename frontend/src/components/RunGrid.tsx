/** The rows of the runs table: only those in sight are on the page, so that ten thousand are no more work than thirty. */
import { Checkbox, UnstyledButton } from "@mantine/core";
import {
  memo,
  useEffect,
  useMemo,
  useRef,
  useState,
  type KeyboardEvent,
  type MouseEvent,
  type ReactElement,
} from "react";

import type { Marks, RunTable } from "../api/types";
import { count, counted, value } from "../format";
import { useIsHovered, type HoverStore } from "../hover-store";
import { between, cellOf, middleOf, type Group, type Item, type Row } from "../table";
import type { ChangeView } from "../view-state";
import { StateWord } from "./Progress";

export interface Column {
  name: string;
  label: string;
}

interface Props {
  table: RunTable;
  items: readonly Item[];
  columns: readonly Column[];
  sort: string | null;
  selected: ReadonlySet<number>;
  shown: number | null;
  colours: ReadonlyMap<number, string>;
  hover: HoverStore;
  change: ChangeView;
  onPick: (runs: readonly number[], adding: boolean) => void;
  onShow: (run: number) => void;
  toggle: (group: string) => void;
}

const ROW = 30; // pixels
const BEYOND = 8; // rows above and below those in sight

export function RunGrid(props: Props): ReactElement {
  const { table, items, columns, selected, shown, colours, hover, onPick, onShow } = props;
  const place = useRef<HTMLDivElement>(null);
  const anchor = useRef<number | null>(null);
  const [top, setTop] = useState(0);
  const [height, setHeight] = useState(420);
  const marks = useMemo(() => new Map(table.marks.map((mark) => [mark.run, mark])), [table.marks]);

  useEffect(() => {
    const element = place.current;
    if (element === null) return undefined;
    const observer = new ResizeObserver(() => setHeight(element.clientHeight || 420));
    observer.observe(element);
    return () => observer.disconnect();
  }, []);

  const first = Math.max(0, Math.min(Math.floor(top / ROW), items.length - 1) - BEYOND);
  const last = Math.min(items.length, Math.ceil((top + height) / ROW) + BEYOND);
  const width = columns.length + 3;

  const pick = (run: number, event: MouseEvent | KeyboardEvent): void => {
    if (event.shiftKey && anchor.current !== null) onPick(between(items, anchor.current, run), event.ctrlKey);
    else onPick([run], event.ctrlKey || event.metaKey);
    anchor.current = run;
  };
  return (
    <div
      ref={place}
      className="grid-place"
      role="region"
      aria-label="List of runs"
      tabIndex={0}
      onScroll={(event) => setTop(event.currentTarget.scrollTop)}
      onMouseLeave={() => hover.set([])}
    >
      <table className="grid" aria-rowcount={items.length + 1}>
        <Head {...props} />
        <tbody>
          {first > 0 && (
            <tr aria-hidden="true" style={{ height: first * ROW }}>
              <td colSpan={width} />
            </tr>
          )}
          {items.slice(first, last).map((item, offset) =>
            item.kind === "group" ? (
              <GroupRow key={item.group.key} {...props} group={item.group} open={item.open} place={first + offset} />
            ) : (
              <RunRow
                key={item.row.run}
                row={item.row}
                place={first + offset}
                table={table}
                columns={columns}
                marks={marks.get(item.row.run)}
                selected={selected.has(item.row.run)}
                shown={shown === item.row.run}
                colour={colours.get(item.row.run)}
                hover={hover}
                onPick={pick}
                onTick={(run) => {
                  anchor.current = run;
                  onPick([run], true);
                }}
                onShow={onShow}
              />
            ),
          )}
          {last < items.length && (
            <tr aria-hidden="true" style={{ height: (items.length - last) * ROW }}>
              <td colSpan={width} />
            </tr>
          )}
        </tbody>
      </table>
    </div>
  );
}

function Head({ items, columns, sort, selected, change, onPick }: Props): ReactElement {
  const listed = items.flatMap((item) => (item.kind === "run" ? [item.row.run] : []));
  const all = listed.length > 0 && listed.every((run) => selected.has(run));
  const some = !all && listed.some((run) => selected.has(run));
  return (
    <thead>
      <tr>
        <th scope="col">
          <Checkbox
            aria-label="Select all runs that are listed"
            checked={all}
            indeterminate={some}
            onChange={() => onPick(all ? [] : listed, false)}
          />
        </th>
        {[{ name: "run", label: "run" }, ...columns].map((column) => {
          const down = sort === `-${column.name}`;
          const up = sort === column.name;
          const next = up ? `-${column.name}` : down ? null : column.name;
          return (
            <th key={column.name} scope="col" aria-sort={up ? "ascending" : down ? "descending" : "none"}>
              <UnstyledButton onClick={() => change({ sort: next })}>
                {column.label}
                <span aria-hidden="true">{up ? " ↑" : down ? " ↓" : ""}</span>
              </UnstyledButton>
            </th>
          );
        })}
        <th scope="col" className="marks-head">
          tags and note
        </th>
      </tr>
    </thead>
  );
}

interface GroupProps extends Props {
  group: Group;
  open: boolean;
  place: number;
}

function GroupRow({ group, open, place, ...rest }: GroupProps): ReactElement {
  const { table, columns, selected, colours, hover, onPick, toggle } = rest;
  const runs = group.rows.map((row) => row.run);
  const all = runs.every((run) => selected.has(run));
  const colour = colours.get(runs.find((run) => colours.has(run)) ?? 0);
  return (
    <tr className="group-row" aria-rowindex={place + 2} onMouseEnter={() => hover.set(runs)}>
      <td>
        <Checkbox
          aria-label={`Select ${counted(runs.length, "run")}: ${group.label}`}
          checked={all}
          onChange={() => onPick(runs, true)}
        />
      </td>
      <td>
        <UnstyledButton className="group-name" aria-expanded={open} onClick={() => toggle(group.key)}>
          <span aria-hidden="true">{open ? "▾" : "▸"}</span>
          {colour !== undefined && <i style={{ background: colour }} />}
          {group.label} <small>{count(runs.length)}</small>
        </UnstyledButton>
      </td>
      {columns.map(({ name }) => {
        const middle = middleOf(table, name, group.rows);
        return (
          <td key={name} className="number" title="median">
            {middle === null ? "" : value(middle)}
          </td>
        );
      })}
      <td />
    </tr>
  );
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

const RunRow = memo(
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
          <Checkbox
            aria-label={`Select run ${row.run}`}
            checked={selected}
            onChange={() => onTick(row.run)}
            onKeyDown={walk}
          />
        </td>
        <td>
          <UnstyledButton
            className="run-name"
            aria-pressed={shown}
            title="Show the drift and the representations of this run"
            onClick={() => onShow(row.run)}
          >
            <i style={{ background: colour ?? "transparent" }} />
            run {row.run}
          </UnstyledButton>
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
