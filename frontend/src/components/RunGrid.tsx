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

import type { RunTable } from "../api/types";
import { count, counted, value } from "../format";
import type { HoverStore } from "../hover-store";
import { between, middleOf, type Group, type Item } from "../table";
import type { ChangeView } from "../view-state";
import { RunRow, type Column } from "./RunRow";

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
const AT_ONCE = 4; // rows that one scrolls by until others are drawn

export function RunGrid(props: Props): ReactElement {
  const { table, items, columns, sort, selected, shown, colours, hover, change, onPick, onShow } = props;
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
  const last = Math.min(items.length, Math.ceil((top + height) / ROW) + AT_ONCE + BEYOND);
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
      onScroll={(event) => setTop(Math.floor(event.currentTarget.scrollTop / (AT_ONCE * ROW)) * AT_ONCE * ROW)}
      onMouseLeave={() => hover.set([])}
    >
      <table className="grid" aria-rowcount={items.length + 1}>
        <Head items={items} columns={columns} sort={sort} selected={selected} change={change} onPick={onPick} />
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

type HeadProps = Pick<Props, "items" | "columns" | "sort" | "selected" | "change" | "onPick">;

/** Remembered: it looks at every row that is listed, and scrolling changes nothing in it. */
const Head = memo(function Head({ items, columns, sort, selected, change, onPick }: HeadProps): ReactElement {
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
});

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
