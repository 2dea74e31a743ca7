/** The small choices above a figure: what is on its axes, what is drawn, on which scale. */
import { Checkbox, SegmentedControl, Select } from "@mantine/core";
import { useMemo, type ReactElement } from "react";

import type { Experiment, FieldCard, FigureCard, View } from "../api/types";
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
  options: (Option | { group: string; items: Option[] })[];
  onChange: (value: string) => void;
  searchable?: boolean;
}

interface Option {
  value: string;
  label: string;
}

export function Choice({ label, value, options, onChange, searchable = false }: ChoiceProps): ReactElement {
  const known = options.some((one) => ("items" in one ? one.items.some(is(value)) : is(value)(one)));
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

const is =
  (value: string) =>
  (one: Option): boolean =>
    one.value === value;
const option = (value: string, label = seriesWords(value)): Option => ({ value, label });

export function axisPaths(experiment: Pick<Experiment, "spec">): string[] {
  return experiment.spec.axes.map((axis) => axis.path);
}

/** The axes that the server draws when a view names none, or one that is not there. */
export function shownAxes(
  experiment: Pick<Experiment, "spec">,
  view: Pick<View, "x" | "y">,
): [string | null, string | null] {
  const paths = axisPaths(experiment);
  const known = (path: string | null): string | null =>
    path !== null && (paths.includes(path) || path === "seed") ? path : null;
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

/** The settings of any figure: one for each field of the view that it is drawn from. */
export function FigureSettings({
  card,
  experiment,
  fields,
  view,
  change,
}: {
  card: FigureCard;
  experiment: Experiment;
  fields: readonly FieldCard[];
  view: View;
  change: ChangeView;
}): ReactElement {
  const from = new Set(card.drawn_from);
  const colours = useMemo(() => colourOptions(experiment, fields), [experiment, fields]);
  return (
    <>
      {from.has("x") && <AxisSettings experiment={experiment} view={view} change={change} />}
      {from.has("colour") && (
        <Choice
          label="colour"
          value={view.colour}
          options={colours}
          onChange={(colour) => change({ colour })}
          searchable
        />
      )}
      {from.has("over_seeds") && experiment.spec.seeds > 1 && (
        <Choice
          label="seeds"
          value={view.over_seeds}
          options={OVER_SEEDS}
          onChange={(chosen) => change({ over_seeds: chosen as View["over_seeds"] })}
        />
      )}
      {from.has("boundaries") && view.colour === "phase" && (
        <Checkbox
          label="lines"
          title="Lines between the phases"
          checked={view.boundaries}
          onChange={(event) => change({ boundaries: event.currentTarget.checked })}
        />
      )}
      {from.has("series") && (
        <SeriesSetting experiment={experiment} series={view.series} onChange={(series) => change({ series })} />
      )}
      {from.has("layer") && (
        <LayerSetting series={experiment.series} layer={view.layer} onChange={(layer) => change({ layer })} />
      )}
      {from.has("estimator") && (
        <Choice
          label="by"
          value={view.estimator}
          options={ESTIMATORS}
          onChange={(chosen) => change({ estimator: chosen as View["estimator"] })}
        />
      )}
      {from.has("step_scale") && <ScaleSetting scale={view.step_scale} change={change} />}
    </>
  );
}

const ESTIMATORS = [
  option("cka", "CKA"),
  option("biased_cka", "CKA, biased"),
  option("canonical_correlation", "SVCCA"),
  option("projection_weighted_correlation", "PWCCA, mean of both sides"),
  option("procrustes", "Procrustes angle"),
  option("orthogonal_procrustes", "Procrustes distance"),
  option("dissimilarity_correlation", "RSA"),
  option("neighbour_overlap", "neighbours"),
];
const OVER_SEEDS = [option("median", "together"), option("mean"), option("disagreement")];

function AxisSettings({ experiment, view, change }: Props<"x" | "y">): ReactElement | null {
  const paths = axisPaths(experiment);
  const all = experiment.spec.seeds > 1 || paths.length === 1 ? [...paths, "seed"] : paths;
  const [x, y] = shownAxes(experiment, view);
  const options = all.map((path) => option(path, axisLabel(path, all)));
  if (x === null || all.length < 2) return null;
  const place = (axis: "x" | "y", path: string): void =>
    change(axis === "x" ? { x: path, y: path === y ? x : y } : { y: path, x: path === x ? y : x });
  return (
    <>
      <Choice label="x" value={x} options={options} onChange={(path) => place("x", path)} />
      {y !== null && <Choice label="y" value={y} options={options} onChange={(path) => place("y", path)} />}
    </>
  );
}

/** Phases, what events tell, and every series. */
function colourOptions(experiment: Experiment, fields: readonly FieldCard[]): ChoiceProps["options"] {
  const of = (kind: FieldCard["kind"]): Option[] =>
    fields.filter((field) => field.kind === kind).map(({ name, label }) => ({ value: name, label }));
  const series = of("series");
  const items = series.length > 0 ? series : experiment.series.map((name) => option(name));
  return [option("phase"), { group: "events of the test loss", items: of("event") }, { group: "series", items }];
}

function SeriesSetting({
  experiment,
  series,
  onChange,
}: {
  experiment: Pick<Experiment, "series">;
  series: string;
  onChange: (series: string) => void;
}): ReactElement {
  const options = useMemo(
    () => [option("accuracy"), option("loss"), ...experiment.series.map((name) => option(name))],
    [experiment.series],
  );
  return <Choice label="series" value={series} options={options} onChange={onChange} searchable />;
}

function ScaleSetting({ scale, change }: { scale: View["step_scale"]; change: ChangeView }): ReactElement {
  return (
    <SegmentedControl
      aria-label="Scale of the step axis"
      value={scale}
      data={[option("log"), option("linear")]}
      onChange={(chosen) => change({ step_scale: chosen === "linear" ? "linear" : "log" })}
    />
  );
}

export function CurveSettings({ experiment, view, change }: Props<"series" | "step_scale">): ReactElement {
  return (
    <>
      <SeriesSetting experiment={experiment} series={view.series} onChange={(series) => change({ series })} />
      <ScaleSetting scale={view.step_scale} change={change} />
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
