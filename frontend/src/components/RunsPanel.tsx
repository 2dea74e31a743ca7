/** The runs in words: which there are, sorted, found and grouped; selecting here selects everywhere. */
import { Checkbox, MultiSelect, Popover, Button, SegmentedControl, TextInput } from "@mantine/core";
import { memo, useMemo, useState, type ReactElement } from "react";

import type { Experiment, FieldCard, RunTable, View } from "../api/types";
import { axisLabel, count, seriesWords, value } from "../format";
import type { HoverStore } from "../hover-store";
import { differing, expressionOf, grouped, itemsOf, rowsOf, type Row } from "../table";
import type { ChangeView } from "../view-state";
import { Panel } from "./Panel";
import { RunActions } from "./RunActions";
import { RunGrid } from "./RunGrid";
import type { Column } from "./RunRow";
import { axisPaths, Choice } from "./Settings";

interface Props {
  experiment: Experiment;
  fields: readonly FieldCard[];
  table: RunTable;
  view: View;
  selected: ReadonlySet<number>;
  shown: number | null; // the run whose drift is shown
  colours: ReadonlyMap<number, string>;
  hover: HoverStore;
  change: ChangeView;
  onPick: (runs: readonly number[], adding: boolean) => void;
  onShow: (run: number) => void;
}

const WHICH = [
  { value: "last", label: "newest" },
  { value: "minimum", label: "least" },
  { value: "maximum", label: "greatest" },
  { value: "step", label: "at the clock" },
  { value: "drop", label: "at the drop" },
];

/** Remembered: it is long, and scrubbing changes nothing in it. */
export const RunsPanel = memo(function RunsPanel(props: Props): ReactElement {
  const { experiment, fields, table, view, selected, change } = props;
  const [which, setWhich] = useState<"all" | "selected">("all");
  const [pattern, setPattern] = useState("");
  const [onlyDiffering, setOnlyDiffering] = useState(true);
  const [closed, setClosed] = useState<ReadonlySet<string>>(new Set());
  const { find, problem } = expressionOf(pattern);

  const rows = useMemo(
    () => rowsOf(table, { only: which === "selected" ? selected : null, find, sort: view.sort }),
    // eslint-disable-next-line react-hooks/exhaustive-deps -- the expression is made anew each time, the pattern is not
    [table, which, which === "selected" ? selected : null, pattern, view.sort],
  );
  const columns = useColumns(experiment, fields, table, view, rows, onlyDiffering);
  const groups = useMemo(
    () => (view.group.length === 0 ? null : grouped(table, rows, view.group, value)),
    [table, rows, view.group],
  );
  const items = useMemo(() => itemsOf(groups, rows, closed), [groups, rows, closed]);
  const toggle = (key: string): void =>
    setClosed((before) => new Set(before.has(key) ? [...before].filter((one) => one !== key) : [...before, key]));

  const settings = (
    <SegmentedControl
      aria-label="Which runs are listed"
      value={which}
      onChange={(chosen) => setWhich(chosen === "all" ? "all" : "selected")}
      data={[
        { value: "all", label: `all ${count(table.runs.length)}` },
        { value: "selected", label: `selected ${count(selected.size)}` },
      ]}
    />
  );
  return (
    <Panel title="Runs" settings={settings} area="runs">
      <div className="runs-tools">
        <TextInput
          size="xs"
          className="runs-find"
          aria-label="Find runs by a regular expression"
          placeholder="find by regular expression"
          value={pattern}
          error={problem}
          spellCheck={false}
          onChange={(event) => setPattern(event.currentTarget.value)}
        />
        <Choice
          label="values"
          value={view.value}
          options={WHICH}
          onChange={(chosen) => change({ value: chosen as View["value"] })}
        />
        <ColumnChoice
          label="Columns"
          title="Measured columns; none means accuracies and what the curves show"
          options={fields.filter((field) => field.kind !== "setting")}
          value={view.columns}
          onChange={(chosen) => change({ columns: chosen })}
        />
        <ColumnChoice
          label="Group"
          title="Fields by which runs are grouped"
          options={[...fields.filter((field) => field.kind === "setting"), STATE]}
          value={view.group}
          onChange={(chosen) => change({ group: chosen })}
        />
        <Checkbox
          label="only what differs"
          checked={onlyDiffering}
          onChange={(event) => setOnlyDiffering(event.currentTarget.checked)}
        />
        <RunActions
          experiment={experiment}
          table={table}
          view={view}
          rows={rows}
          columns={columns}
          selected={selected}
        />
      </div>
      <RunGrid {...props} items={items} columns={columns} sort={view.sort} toggle={toggle} />
      {rows.length === 0 && <p className="empty">{emptyWords(which, pattern, selected.size)}</p>}
    </Panel>
  );
});

const STATE: FieldCard = { name: "state", label: "state", kind: "setting", unit: null, values: [] };

function emptyWords(which: "all" | "selected", pattern: string, selected: number): string {
  if (pattern !== "")
    return "No run is found by this expression. It is looked for in numbers, settings, states, tags and notes.";
  if (which === "selected" && selected === 0)
    return "Nothing is selected. Click a cell of the phase diagram, draw a box or a lasso, click a phase in its legend, or click a row in the list of all.";
  return "No run fulfils the filter.";
}

/** The measured columns of a view: those that it names, or the accuracies and what the curves show. */
export function measuredColumns(view: Pick<View, "columns" | "series">): string[] {
  if (view.columns.length > 0) return [...view.columns];
  const asked = view.series === "accuracy" ? [] : view.series === "loss" ? ["train_loss", "test_loss"] : [view.series];
  return [...new Set(["train_accuracy", "test_accuracy", ...asked])];
}

function useColumns(
  experiment: Experiment,
  fields: readonly FieldCard[],
  table: RunTable,
  view: Props["view"],
  rows: readonly Row[],
  onlyDiffering: boolean,
): Column[] {
  return useMemo(() => {
    const paths = Object.keys(table.points);
    const among = [...new Set([...axisPaths(experiment), ...paths])];
    const settings = [...paths, "seed"];
    const kept = onlyDiffering ? differing(table, rows, settings) : settings;
    const measured = measuredColumns(view).filter((name) => name in table.values);
    const label = (name: string): string => fields.find((field) => field.name === name)?.label ?? seriesWords(name);
    return [
      ...kept.map((path) => ({ name: path, label: axisLabel(path, among) })),
      { name: "state", label: "state" },
      { name: "step", label: "step" },
      ...measured.map((name) => ({ name, label: label(name) })),
    ];
  }, [experiment, fields, table, view, rows, onlyDiffering]);
}

interface ChoiceProps {
  label: string;
  title: string;
  options: readonly FieldCard[];
  value: readonly string[];
  onChange: (value: string[]) => void;
}

function ColumnChoice({ label, title, options, value: chosen, onChange }: ChoiceProps): ReactElement {
  return (
    <Popover width={330} position="bottom-start" withinPortal={false} trapFocus returnFocus shadow="md">
      <Popover.Target>
        <Button variant="default">{chosen.length === 0 ? label : `${label}: ${chosen.length}`}</Button>
      </Popover.Target>
      <Popover.Dropdown aria-label={title}>
        <MultiSelect
          size="xs"
          label={title}
          data={options.map((field) => ({ value: field.name, label: field.label }))}
          value={[...chosen]}
          onChange={onChange}
          searchable
          clearable
          clearButtonProps={{ "aria-label": "None of them" }}
          comboboxProps={{ withinPortal: false }}
        />
      </Popover.Dropdown>
    </Popover>
  );
}
