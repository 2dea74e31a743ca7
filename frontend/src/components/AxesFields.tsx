/** The axes of a draft: what varies, from where to where, in how many points. */
import { ActionIcon, Button, SegmentedControl } from "@mantine/core";
import type { ReactElement } from "react";

import type { Problem } from "../api/types";
import { AXIS_KINDS, axisAround, axisAs, axisKind, problemsAt } from "../draft";
import { listOf } from "../figure/arrays";
import { words } from "../format";
import { textOf, type Data } from "../settings";
import { Icon } from "./icons";
import { OneOf, TypedField } from "./SettingField";

interface Props {
  axes: readonly Data[];
  paths: readonly string[];
  standard: (path: string) => unknown;
  problems: readonly Problem[];
  onChange: (axes: readonly Data[] | undefined) => void;
}

export function AxesFields({ axes, paths, standard, problems, onChange }: Props): ReactElement {
  const change = (place: number, axis: Data): void => onChange(axes.map((other, at) => (at === place ? axis : other)));
  const without = (place: number): void => {
    const kept = axes.filter((_, at) => at !== place);
    onChange(kept.length === 0 ? undefined : kept);
  };
  const taken = axes.map((axis) => textOf(axis["path"]));
  const free = paths.filter((path) => !taken.includes(path));
  const next = free.find((path) => typeof standard(path) === "number") ?? free[0];
  return (
    <>
      {axes.length === 0 && (
        <p className="explained">
          No axis: one cell. Two axes make a phase diagram, one cell for every pair of values.
        </p>
      )}
      {axes.map((axis, place) => (
        <AxisFields
          key={place}
          number={place + 1}
          axis={axis}
          paths={paths}
          standard={standard}
          problem={problemsAt(problems, `axes.${place}`, true)}
          onChange={(changed) => change(place, changed)}
          onRemove={() => without(place)}
        />
      ))}
      {problemsAt(problems, "axes") !== undefined && (
        <p className="problem" role="alert">
          {problemsAt(problems, "axes")}
        </p>
      )}
      {next !== undefined && (
        <div>
          <Button variant="default" onClick={() => onChange([...axes, axisAround(next, standard(next))])}>
            Add an axis
          </Button>
        </div>
      )}
    </>
  );
}

interface AxisProps {
  number: number;
  axis: Data;
  paths: readonly string[];
  standard: (path: string) => unknown;
  problem: string | undefined;
  onChange: (axis: Data) => void;
  onRemove: () => void;
}

const ENDS = ["from", "to", "points"] as const;

function AxisFields({ number, axis, paths, standard, problem, onChange, onRemove }: AxisProps): ReactElement {
  const kind = axisKind(axis);
  const path = textOf(axis["path"]);
  const numbers = listOf(axis[kind]);
  const withNumber = (place: number, value: unknown): void =>
    onChange({ path, [kind]: ENDS.map((_, at) => (at === place ? (value ?? "") : numbers[at])) });
  return (
    <fieldset className="axis">
      <legend className="unseen">Axis {number}</legend>
      <OneOf
        label={`Axis ${number}`}
        value={path}
        options={paths.map((each) => ({ value: each, label: words(each) }))}
        searchable
        onChange={(chosen) => onChange(axisAround(chosen, standard(chosen)))}
      />
      <SegmentedControl
        aria-label={`Spacing of axis ${number}`}
        value={kind}
        data={AXIS_KINDS.map((each) => ({ value: each, label: each }))}
        onChange={(chosen) => onChange(axisAs(axis, AXIS_KINDS.find((each) => each === chosen) ?? "log"))}
      />
      {kind === "values" ? (
        <div className="axis-values">
          <TypedField
            label="values, separated by commas"
            kind="list"
            value={axis["values"]}
            onChange={(values) => onChange({ path, values: values ?? [] })}
          />
        </div>
      ) : (
        ENDS.map((end, place) => (
          <TypedField
            key={end}
            label={end}
            kind="number"
            value={numbers[place]}
            onChange={(value) => withNumber(place, value)}
          />
        ))
      )}
      <ActionIcon className="axis-remove" aria-label={`Remove axis ${number}`} onClick={onRemove}>
        <Icon name="close" />
      </ActionIcon>
      {problem !== undefined && (
        <p className="problem" role="alert">
          {problem}
        </p>
      )}
    </fieldset>
  );
}
