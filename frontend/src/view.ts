/** A view is all that decides what is seen, and it is the URL: these two functions are each other's inverse. */
import type { Experiment, View } from "./api/types";

export const DEFAULTS: Omit<View, "experiment"> = {
  x: null,
  y: null,
  colour: "phase",
  step: null,
  runs: [],
  run: null,
  series: "accuracy",
  step_scale: "log",
  layer: null,
  at: [],
  filter: "",
  clock: "log",
  from_drop: null,
  panels: [],
  large: null,
  columns: [],
  value: "last",
  group: [],
  sort: null,
  estimator: "cka",
  rule: null,
  over_seeds: "median",
  boundaries: false,
  levels: [],
};

const CLOCKS = ["log", "step", "drop"] as const;
const OVER_SEEDS = ["median", "mean", "disagreement"] as const;
const ESTIMATORS = [
  "cka",
  "biased_cka",
  "canonical_correlation",
  "projection_weighted_correlation",
  "procrustes",
  "orthogonal_procrustes",
  "dissimilarity_correlation",
  "neighbour_overlap",
] as const;
const VALUES = ["last", "minimum", "maximum", "step", "drop"] as const;

/** The view of an address; what is missing, unknown or makes no sense is the default, so that old links keep opening. */
export function viewFromSearch(experiment: number, search: string): View {
  const given = new URLSearchParams(search);
  const text = (name: string): string | null => (given.get(name) === "" ? null : given.get(name));
  return {
    experiment,
    x: text("x"),
    y: text("y"),
    colour: text("colour") ?? DEFAULTS.colour,
    step: wholeNumber(given.get("step")),
    runs: runsFromText(given.getAll("runs").join(",")),
    run: wholeNumber(given.get("run")),
    series: text("series") ?? DEFAULTS.series,
    step_scale: given.get("step_scale") === "linear" ? "linear" : "log",
    layer: text("layer"),
    at: given.getAll("at").filter((cut) => /^[^:]+:.+$/.test(cut)),
    filter: (given.get("filter") ?? DEFAULTS.filter).slice(0, 500),
    clock: oneOf(CLOCKS, given.get("clock"), DEFAULTS.clock),
    from_drop: wholeNumber(given.get("from_drop")),
    panels: list(given.get("panels")),
    large: text("large"),
    columns: list(given.get("columns")),
    value: oneOf(VALUES, given.get("value"), DEFAULTS.value),
    group: list(given.get("group")),
    sort: text("sort"),
    estimator: oneOf(ESTIMATORS, given.get("estimator"), DEFAULTS.estimator),
    rule: text("rule"),
    over_seeds: oneOf(OVER_SEEDS, given.get("over_seeds"), DEFAULTS.over_seeds),
    boundaries: given.get("boundaries") === "true",
    levels: given
      .getAll("levels")
      .filter((level) => level.trim() !== "")
      .map(Number)
      .filter(Number.isFinite),
  };
}

function list(text: string | null): string[] {
  return [...new Set((text ?? "").split(",").filter((part) => part !== ""))];
}

function oneOf<Word extends string>(words: readonly Word[], given: string | null, otherwise: Word): Word {
  return words.find((word) => word === given) ?? otherwise;
}

/** What events tell of a run in one number; diagrams and tables take them as they take series. */
export const EVENTS = [
  "drop_step",
  "drop_size",
  "drop_count",
  "plateau_length",
  "train_time",
  "test_time",
  "grokking_delay",
];

/** The view without what this experiment does not have: defaults stand for it. Before anything was measured, and before
 * its runs are listed (null), names and runs are taken as they are. */
export function knownView(
  view: View,
  { spec, series }: Pick<Experiment, "spec" | "series">,
  runs: readonly number[] | null,
): View {
  const among = (names: readonly string[], name: string | null): string | null =>
    name !== null && names.includes(name) ? name : null;
  const measured = (names: readonly string[], name: string | null): string | null =>
    series.length === 0 ? name : among(names, name);
  const paths = [...spec.axes.map((axis) => axis.path), "seed"];
  const x = among(paths, view.x);
  const y = among(paths, view.y);
  const ids = runs === null ? null : new Set(runs);
  return {
    ...view,
    x,
    y: y === x ? null : y,
    colour: measured([DEFAULTS.colour, ...EVENTS, ...series], view.colour) ?? DEFAULTS.colour,
    series: measured(["accuracy", "loss", ...series], view.series) ?? DEFAULTS.series,
    layer: measured(layersOf(series), view.layer),
    runs: ids === null ? view.runs : view.runs.filter((run) => ids.has(run)),
    run: ids === null || (view.run !== null && ids.has(view.run)) ? view.run : null,
  };
}

/** Layers by the names of their series, in the order of the network. */
export function layersOf(series: readonly string[]): string[] {
  const found = series.filter((name) => name.startsWith("drift_to_")).map((name) => name.slice(name.indexOf(".") + 1));
  return [...new Set(found)];
}

/** The shortest address of a view, with its question mark; empty for the first look. */
export function searchFromView(view: View): string {
  const parts: string[] = [];
  const add = (name: keyof typeof DEFAULTS, value: string | number | null): void => {
    if (value !== null && value !== DEFAULTS[name]) parts.push(`${name}=${encoded(String(value))}`);
  };
  add("x", view.x);
  add("y", view.y);
  add("colour", view.colour);
  add("step", view.step);
  if (view.runs.length > 0) add("runs", textFromRuns(view.runs));
  add("run", view.run);
  add("series", view.series);
  add("layer", view.layer);
  add("step_scale", view.step_scale);
  for (const cut of view.at) parts.push(`at=${encoded(cut)}`);
  add("filter", view.filter);
  add("clock", view.clock);
  add("from_drop", view.from_drop);
  add("estimator", view.estimator);
  add("rule", view.rule);
  add("over_seeds", view.over_seeds);
  if (view.boundaries) parts.push("boundaries=true");
  for (const level of view.levels) parts.push(`levels=${String(level)}`);
  add("panels", view.panels.join(",") || null);
  add("large", view.large);
  add("columns", view.columns.join(",") || null);
  add("value", view.value);
  add("group", view.group.join(",") || null);
  add("sort", view.sort);
  return parts.length > 0 ? `?${parts.join("&")}` : "";
}

/** `1,2,7-12`: a hundred neighbouring runs stay a short link. */
export function textFromRuns(runs: readonly number[]): string {
  const sorted = sortedRuns(runs);
  const parts: string[] = [];
  for (let start = 0; start < sorted.length;) {
    let end = start;
    while (sorted[end + 1] === (sorted[end] ?? 0) + 1) end += 1;
    const first = sorted[start] ?? 0;
    const last = sorted[end] ?? 0;
    if (end - start > 1) parts.push(`${first}-${last}`);
    else parts.push(...sorted.slice(start, end + 1).map(String));
    start = end + 1;
  }
  return parts.join(",");
}

const RUNS_AT_MOST = 65_536; // of one experiment; a made-up range must not fill the memory

export function runsFromText(text: string): number[] {
  const runs: number[] = [];
  for (const part of text.split(",")) {
    const [, first, last] = /^(\d{1,15})(?:-(\d{1,15}))?$/.exec(part.trim()) ?? [];
    if (first === undefined) continue;
    const end = Math.min(Number(last ?? first), Number(first) + RUNS_AT_MOST - runs.length - 1);
    for (let run = Number(first); run <= end; run += 1) runs.push(run);
  }
  return sortedRuns(runs);
}

/** Increasing, each once: two people who select the same runs get the same link. */
export function sortedRuns(runs: Iterable<number>): number[] {
  return [...new Set(runs)].sort((one, other) => one - other);
}

/** The run whose drift is shown. */
export function shownRun(view: View): number | null {
  return view.run ?? view.runs[0] ?? null;
}

function wholeNumber(text: string | null): number | null {
  return text !== null && /^\d{1,15}$/.test(text) ? Number(text) : null;
}

/** As encodeURIComponent, but leaves what an address may hold and a person wants to read. */
function encoded(text: string): string {
  return encodeURIComponent(text).replaceAll("%2C", ",").replaceAll("%3A", ":").replaceAll("%2F", "/");
}
