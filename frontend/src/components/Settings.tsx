/** The small choices above a figure: what is on its axes, what is drawn, on which scale. */
import { SegmentedControl, Select } from "@mantine/core";
import { useMemo, type ReactElement } from "react";

import type { Experiment, View } from "../api/types";
import { axisLabel, seriesWords } from "../format";
import { layersOf } from "../view";
import type { ChangeView } from "../view-state";

interface Props<Field extends keyof View> {
  experiment: Pick<Experiment, "spec" | "series">;
  view: Pick<View, Field>;
  change: ChangeView;
}

interface ChoiceProps {
  label: string;
  value: string;
  options: { value: string; label: string }[];
  onChange: (value: string) => void;
  searchable?: boolean;
}

export function Choice({ label, value, options, onChange, searchable = false }: ChoiceProps): ReactElement {
  const known = options.some((option) => option.value === value);
  return (
    <div className="choice">
      <span aria-hidden="true">{label}</span>
      <Select
        aria-label={label}
        data={known ? options : [...options, { value, label: seriesWords(value) }]}
        value={value}
        onChange={(chosen) => chosen !== null && onChange(chosen)}
        searchable={searchable}
        comboboxProps={{ width: "max-content", position: "bottom-end", withinPortal: false }}
        withScrollArea={false}
        classNames={{ options: "choice-options" }}
      />
    </div>
  );
}

const option = (value: string, label = seriesWords(value)): { value: string; label: string } => ({ value, label });

export function axisPaths(experiment: Pick<Experiment, "spec">): string[] {
  return experiment.spec.axes.map((axis) => axis.path);
}

/** The axes that the server draws when a view names none, or one that is not there. */
export function shownAxes(
  experiment: Pick<Experiment, "spec">,
  view: Pick<View, "x" | "y">,
): [string | null, string | null] {
  const paths = axisPaths(experiment);
  const known = (path: string | null): string | null => (path !== null && paths.includes(path) ? path : null);
  const x = known(view.x) ?? paths.find((path) => path !== view.y) ?? null;
  return [x, known(view.y) ?? paths.find((path) => path !== x) ?? null];
}

export function PhaseSettings({ experiment, view, change }: Props<"x" | "y" | "colour">): ReactElement {
  const paths = axisPaths(experiment);
  const [x, y] = shownAxes(experiment, view);
  const options = paths.map((path) => option(path, axisLabel(path, paths)));
  const place = (axis: "x" | "y", path: string): void => {
    const swapped = axis === "x" ? { x: path, y: path === y ? x : y } : { y: path, x: path === x ? y : x };
    change(swapped);
  };
  const colours = useMemo(
    () => [option("phase"), ...experiment.series.map((name) => option(name))],
    [experiment.series],
  );
  return (
    <>
      {x !== null && paths.length > 1 && (
        <Choice label="x" value={x} options={options} onChange={(path) => place("x", path)} />
      )}
      {y !== null && paths.length > 1 && (
        <Choice label="y" value={y} options={options} onChange={(path) => place("y", path)} />
      )}
      <Choice
        label="colour"
        value={view.colour}
        options={colours}
        onChange={(colour) => change({ colour })}
        searchable
      />
    </>
  );
}

export function CurveSettings({ experiment, view, change }: Props<"series" | "step_scale">): ReactElement {
  const series = useMemo(
    () => [option("accuracy"), option("loss"), ...experiment.series.map((name) => option(name))],
    [experiment.series],
  );
  return (
    <>
      <Choice
        label="series"
        value={view.series}
        options={series}
        onChange={(chosen) => change({ series: chosen })}
        searchable
      />
      <SegmentedControl
        aria-label="Scale of the step axis"
        value={view.step_scale}
        data={[option("log"), option("linear")]}
        onChange={(scale) => change({ step_scale: scale === "linear" ? "linear" : "log" })}
      />
    </>
  );
}

const ALL = "all layers";

export function LayerSetting({
  series,
  layer,
  onChange,
}: {
  series: readonly string[];
  layer: string | null;
  onChange: (layer: string | null) => void;
}): ReactElement {
  const options = [option(ALL), ...layersOf(series).map((name) => option(name, name))];
  return (
    <Choice
      label="layer"
      value={layer ?? ALL}
      options={options}
      onChange={(name) => onChange(name === ALL ? null : name)}
    />
  );
}
