/** The runs table as rows in order: found, sorted and grouped. The server says which runs there are. */
import type { RunTable } from "./api/types";

export interface Row {
  place: number; // in the table of the server
  run: number;
}
export interface Group {
  key: string;
  label: string;
  rows: readonly Row[];
}
export type Item = { kind: "group"; group: Group; open: boolean } | { kind: "run"; row: Row };

/** The value of a column for the run at a place: a setting, what it is itself, or what was measured. */
export function cellOf(table: RunTable, column: string, place: number): unknown {
  if (column === "run") return table.runs[place];
  if (column === "seed") return table.seeds[place];
  if (column === "state") return table.states[place];
  if (column === "step") return table.steps[place];
  return table.points[column]?.[place] ?? table.values[column]?.[place] ?? null;
}

const LOOKED_AT = 300; // rows, evenly spread, and always the last

/** Letters of the longest text of a column: columns keep their widths while one scrolls. */
export function longest(table: RunTable, column: string, say: (value: unknown) => string): number {
  const apart = Math.max(1, Math.ceil(table.runs.length / LOOKED_AT));
  const places = table.runs.flatMap((_, place) => (place % apart === 0 ? [place] : []));
  const lengths = [...places, table.runs.length - 1].map((place) => say(cellOf(table, column, place)).length);
  return Math.max(0, ...lengths);
}

export interface Wanted {
  only: ReadonlySet<number> | null; // null: all runs
  find: RegExp | null;
  sort: string | null; // a column; `-` before it: downwards
}

export function rowsOf(table: RunTable, { only, find, sort }: Wanted): Row[] {
  const rows = table.runs.map((run, place) => ({ run, place }));
  const texts = find === null ? null : textsOf(table);
  const found = rows.filter(
    ({ run, place }) => (only === null || only.has(run)) && (texts === null || find?.test(texts[place] ?? "") === true),
  );
  if (sort === null) return found;
  const down = sort.startsWith("-");
  const column = down ? sort.slice(1) : sort;
  const keys = rows.map(({ place }) => cellOf(table, column, place));
  return found.sort((one, other) => compared(keys[one.place], keys[other.place], down) || one.place - other.place);
}

/** Numbers by size, anything else by its letters; what is missing comes last, however one sorts. */
function compared(one: unknown, other: unknown, down: boolean): number {
  if (one === null || one === undefined) return other === null || other === undefined ? 0 : 1;
  if (other === null || other === undefined) return -1;
  const order =
    typeof one === "number" && typeof other === "number" ? one - other : textOf(one).localeCompare(textOf(other));
  return down ? -order : order;
}

function textOf(value: unknown): string {
  return typeof value === "string" ? value : JSON.stringify(value);
}

/** What a regular expression is looked for in: number, settings, state, reason, tags and note of each run. */
function textsOf(table: RunTable): string[] {
  const marks = new Map(table.marks.map((mark) => [mark.run, mark]));
  return table.runs.map((run, place) => {
    const point = Object.entries(table.points).map(([path, values]) => `${path}=${textOf(values[place] ?? null)}`);
    const mark = marks.get(run);
    const words = [table.messages[run] ?? "", ...(mark?.tags ?? []), mark?.note ?? ""];
    return [`run ${run}`, `seed=${table.seeds[place] ?? ""}`, table.states[place] ?? "", ...point, ...words].join(" ");
  });
}

/** A regular expression, or the reason why it is none. */
export function expressionOf(text: string): { find: RegExp | null; problem: string | null } {
  if (text === "") return { find: null, problem: null };
  try {
    return { find: new RegExp(text, "i"), problem: null };
  } catch {
    return { find: null, problem: "This is not a regular expression yet." };
  }
}

/** Rows under the values that they share, in the order in which those come up. */
export function grouped(
  table: RunTable,
  rows: readonly Row[],
  by: readonly string[],
  say: (value: unknown) => string,
): Group[] {
  const found = new Map<string, { label: string; rows: Row[] }>();
  for (const row of rows) {
    const values = by.map((column) => cellOf(table, column, row.place));
    const key = JSON.stringify(values);
    const group = found.get(key) ?? { label: values.map(say).join(" · "), rows: [] };
    group.rows.push(row);
    found.set(key, group);
  }
  return [...found].map(([key, group]) => ({ key, ...group }));
}

export function itemsOf(groups: readonly Group[] | null, rows: readonly Row[], closed: ReadonlySet<string>): Item[] {
  if (groups === null) return rows.map((row) => ({ kind: "run", row }));
  return groups.flatMap((group): Item[] => {
    const open = !closed.has(group.key);
    const head: Item = { kind: "group", group, open };
    return open ? [head, ...group.rows.map((row): Item => ({ kind: "run", row }))] : [head];
  });
}

/** The middle of the numbers of a column; null where there are none. */
export function middleOf(table: RunTable, column: string, rows: readonly Row[]): number | null {
  const numbers = rows
    .map(({ place }) => cellOf(table, column, place))
    .filter((value): value is number => typeof value === "number")
    .sort((one, other) => one - other);
  const half = numbers.length >> 1;
  if (numbers.length === 0) return null;
  return numbers.length % 2 === 1 ? (numbers[half] ?? null) : ((numbers[half - 1] ?? 0) + (numbers[half] ?? 0)) / 2;
}

/** Columns in which the rows are not all the same. */
export function differing(table: RunTable, rows: readonly Row[], columns: readonly string[]): string[] {
  return columns.filter((column) => {
    const first = JSON.stringify(cellOf(table, column, rows[0]?.place ?? -1));
    return rows.some(({ place }) => JSON.stringify(cellOf(table, column, place)) !== first);
  });
}

/** As a file of comma-separated values: settings, state, what is listed, tags and notes. */
export function csvOf(table: RunTable, rows: readonly Row[], columns: readonly string[]): string {
  const marks = new Map(table.marks.map((mark) => [mark.run, mark]));
  const quoted = (value: unknown): string => {
    const text = value === null || value === undefined ? "" : textOf(value);
    return /[",\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
  };
  const lines = rows.map(({ run, place }) => {
    const mark = marks.get(run);
    return [...columns.map((column) => cellOf(table, column, place)), (mark?.tags ?? []).join(" "), mark?.note ?? ""];
  });
  return [[...columns, "tags", "note"], ...lines].map((line) => line.map(quoted).join(",")).join("\n") + "\n";
}

/** Rows between two in the order in which they are listed, both ends with them. */
export function between(items: readonly Item[], one: number, other: number): number[] {
  const listed = items.flatMap((item) => (item.kind === "run" ? [item.row.run] : []));
  const ends = [listed.indexOf(one), listed.indexOf(other)];
  if (ends.includes(-1)) return [other];
  return listed.slice(Math.min(...ends), Math.max(...ends) + 1);
}
