/** A draft is an experiment as it is being written: plain data, of which the form shows what it knows. */
import type { Catalogue, Entry, Problem } from "./api/types";
import { isObject, listOf } from "./figure/arrays";
import { settingsOf, textOf, type Data } from "./settings";

export const CHOICES = ["task", "model", "optimizer"] as const;
export type ChoiceKind = (typeof CHOICES)[number];

export function partOf(data: Data, name: string): Data {
  const part = data[name];
  return isObject(part) ? part : {};
}

export function partsOf(data: Data, name: string): readonly Data[] {
  return listOf(data[name]).map((part) => (isObject(part) ? part : {}));
}

export function entriesOf(catalogue: Catalogue, kind: string): readonly Entry[] {
  return catalogue.entries.filter((entry) => entry.kind === kind);
}

export function entryOf(catalogue: Catalogue, kind: string, name: unknown): Entry | undefined {
  return catalogue.entries.find((entry) => entry.kind === kind && entry.name === name);
}

/** Models that can read what the task gives; all of them while no task is chosen. */
export function fittingModels(catalogue: Catalogue, data: Data): readonly Entry[] {
  const task = entryOf(catalogue, "task", partOf(data, "task")["name"]);
  const models = entriesOf(catalogue, "model");
  return task === undefined ? models : models.filter((model) => model.accepts.includes(task.inputs));
}

/** Measures that apply to what task and model offer. */
export function fittingMeasures(catalogue: Catalogue, data: Data): readonly Entry[] {
  const chosen = ["task", "model"].map((kind) => entryOf(catalogue, kind, partOf(data, kind)["name"]));
  const offered = new Set(chosen.flatMap((entry) => (entry === undefined ? [] : [...entry.offers, entry.inputs])));
  return entriesOf(catalogue, "measure").filter((measure) => measure.needs.every((need) => offered.has(need)));
}

/** Series that a stop rule may watch: those of one number per checkpoint. */
export function plainSeries(catalogue: Catalogue, measures: readonly string[]): readonly string[] {
  const chosen = entriesOf(catalogue, "measure").filter((measure) => measures.includes(measure.name));
  return chosen.flatMap((measure) => measure.series.filter((series) => !series.includes("*")));
}

/** Paths that an axis may vary. */
export function variablePaths(catalogue: Catalogue, data: Data): readonly string[] {
  const fields = (kind: string, root: string, choice: Data): string[] =>
    settingsOf(entryOf(catalogue, kind, choice["name"])?.settings).map(({ name }) => `${root}.${name}`);
  return [
    ...CHOICES.toReversed().flatMap((kind) => fields(kind, kind, partOf(data, kind))),
    "batch_size",
    ...partsOf(data, "interventions").flatMap((choice, place) =>
      fields("intervention", `interventions.${place}`, choice),
    ),
  ];
}

/** The setting that a path names, for its unit and its standard value. */
export function standardAt(catalogue: Catalogue, data: Data, path: string): unknown {
  const [root = "", field = ""] = path.split(".");
  const choice = partOf(data, root);
  const setting = settingsOf(entryOf(catalogue, root, choice["name"])?.settings).find(({ name }) => name === field);
  return choice[field] ?? setting?.standard;
}

export const AXIS_KINDS = ["log", "linear", "values"] as const;
export type AxisKind = (typeof AXIS_KINDS)[number];

export function axisKind(axis: Data): AxisKind {
  return AXIS_KINDS.find((kind) => axis[kind] !== undefined) ?? "log";
}

const POINTS = 8;

/** A first guess at an axis around a value: a decade to both sides, or twice and half of it. */
export function axisAround(path: string, standard: unknown): Data {
  if (typeof standard !== "number") return { path, values: standard === undefined ? [] : [standard] };
  if (standard > 0 && !Number.isInteger(standard)) return { path, log: [standard / 10, standard * 10, POINTS] };
  return { path, linear: [Math.floor(standard / 2), Math.max(1, standard * 2), POINTS] };
}

/** The same axis in another form, as far as its numbers can be kept. */
export function axisAs(axis: Data, kind: AxisKind): Data {
  const path = textOf(axis["path"]);
  const numbers = listOf(axis[axisKind(axis)]);
  if (kind === "values") return { path, values: numbers.slice(0, 2) };
  const [low = 0.001, high = 1, count = POINTS] = axisKind(axis) === "values" ? [numbers[0], numbers.at(-1)] : numbers;
  return { path, [kind]: [low, high, count] };
}

/** What the server says about a field, or about anything inside it. */
export function problemsAt(problems: readonly Problem[], field: string, inside = false): string | undefined {
  const found = problems.filter(
    (problem) => problem.field === field || (inside && problem.field.startsWith(`${field}.`)),
  );
  return found.length === 0 ? undefined : found.map(({ sentence }) => sentence).join(" ");
}
