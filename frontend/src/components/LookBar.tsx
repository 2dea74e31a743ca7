/** Which runs are looked at, in every panel: a filter in words, and a slider for each further axis. */
import { ActionIcon, Slider, TextInput, Tooltip } from "@mantine/core";
import { useState, type KeyboardEvent, type ReactElement } from "react";

import { ApiError } from "../api/errors";
import type { Experiment, FieldCard, View } from "../api/types";
import { axisLabel, count, value } from "../format";
import type { ChangeView } from "../view-state";
import { problemOf } from "../queries/runs";
import { Icon } from "./icons";
import { RuleField } from "./RuleField";
import { axisPaths, shownAxes } from "./Settings";

interface Props {
  experiment: Experiment;
  fields: readonly FieldCard[];
  view: View;
  looked: number | null; // how many runs are left; null where that is not known yet
  failure: Error | null;
  change: ChangeView;
}

export function LookBar({ experiment, fields, view, looked, failure, change }: Props): ReactElement {
  const [x, y] = shownAxes(experiment, view);
  const further = axisPaths(experiment).filter((path) => path !== x && path !== y);
  const all = experiment.progress.runs;
  const problem = failure instanceof ApiError ? failure.problems.find(({ field }) => field === "filter") : undefined;
  return (
    <div className="look" role="group" aria-label="Runs that are looked at">
      <FilterField
        key={`${view.filter} ${problem?.sentence ?? ""}`}
        experiment={experiment.id}
        filter={view.filter}
        rule={view.rule}
        problem={problem?.sentence ?? null}
        fields={fields}
        onChange={(filter) => change({ filter })}
      />
      <RuleField key={view.rule ?? ""} experiment={experiment} rule={view.rule} onChange={(rule) => change({ rule })} />
      {further.map((path) => (
        <AxisCut
          key={path}
          label={axisLabel(path, axisPaths(experiment))}
          path={path}
          values={fields.find((field) => field.name === path)?.values ?? []}
          view={view}
          change={change}
        />
      ))}
      <span className="quiet look-count" role="status">
        {looked !== null && looked < all ? `${count(looked)} of ${count(all)} runs are looked at` : ""}
      </span>
    </div>
  );
}

interface FieldProps {
  experiment: number;
  filter: string;
  rule: string | null;
  problem: string | null;
  fields: readonly FieldCard[];
  onChange: (filter: string) => void;
}

/** What is typed holds once Enter is pressed or the field is left, and only where it can be read. */
function FilterField({ experiment, filter, rule, problem, fields, onChange }: FieldProps): ReactElement {
  const [text, setText] = useState(filter);
  const [refused, setRefused] = useState(problem);
  const settle = (): void => {
    const wanted = text.trim();
    if (wanted === filter) setRefused(null);
    else if (wanted === "") onChange("");
    else
      problemOf(experiment, rule === null ? { filter: wanted } : { filter: wanted, rule })
        .then((found) => (found === null ? onChange(wanted) : setRefused(found)))
        .catch((error: unknown) => setRefused(error instanceof Error ? error.message : String(error)));
  };
  const press = (event: KeyboardEvent): void => {
    if (event.key === "Enter") settle();
    if (event.key !== "Escape") return;
    setText(filter);
    event.stopPropagation();
  };
  const example =
    fields
      .find((field) => field.kind === "setting")
      ?.name.split(".")
      .at(-1) ?? "seed";
  return (
    <TextInput
      className="look-filter"
      size="xs"
      aria-label="Filter: an expression that a run must fulfil"
      placeholder={`filter, as in ${example} > 0.1 and phase == "grokking"`}
      value={text}
      error={refused}
      spellCheck={false}
      autoComplete="off"
      maxLength={500}
      onChange={(event) => setText(event.currentTarget.value)}
      onKeyDown={press}
      onBlur={settle}
      rightSection={
        filter === "" ? null : (
          <Tooltip label="All runs">
            <ActionIcon size="sm" aria-label="Take the filter away" onClick={() => onChange("")}>
              <Icon name="close" size={12} />
            </ActionIcon>
          </Tooltip>
        )
      }
    />
  );
}

interface CutProps {
  path: string;
  label: string;
  values: readonly unknown[];
  view: View;
  change: ChangeView;
}

/** A slider along an axis that is not drawn: at its left end all values are taken together. */
function AxisCut({ path, label, values, view, change }: CutProps): ReactElement | null {
  const cut = view.at.find((one) => one.startsWith(`${path}:`))?.slice(path.length + 1);
  const place = cut === undefined ? -1 : values.findIndex((one) => JSON.stringify(one) === cut);
  const text = (at: number): string => (at < 0 ? "all" : value(values[at]));
  if (values.length < 2) return null;
  const move = (to: number): void =>
    change((before) => ({
      at: [
        ...before.at.filter((one) => !one.startsWith(`${path}:`)),
        ...(to < 0 ? [] : [`${path}:${JSON.stringify(values[to])}`]),
      ],
    }));
  return (
    <div className="look-cut">
      <span aria-hidden="true">
        {label} <b>{text(place)}</b>
      </span>
      <Slider
        w={120}
        size="sm"
        min={-1}
        max={values.length - 1}
        step={1}
        value={place}
        label={text}
        thumbLabel={`${label}: which value is looked at`}
        onChange={move}
      />
    </div>
  );
}
