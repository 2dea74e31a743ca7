/** A comparison is all that decides what its page shows, and it is the address: the first two functions are each other's
 * inverse. */
import type { ComparedSide, Comparison, Side, View } from "./api/types";
import { DEFAULTS, runsFromText, textFromRuns } from "./view";

export const MOST_SIDES = 6;
const MOST_SHOWN = 12;
export const SHOWN_FIRST: readonly string[] = ["drift", "representation_film"];

/** What an address compares; what is missing, unknown or makes no sense is the default, so that old links keep opening. */
export function comparisonFromSearch(search: string): Comparison {
  const given = new URLSearchParams(search);
  const step = given.get("step");
  const beside = given.get("beside");
  return {
    sides: given.getAll("with").flatMap(sideFromText).slice(0, MOST_SIDES),
    step: step !== null && /^\d{1,15}$/.test(step) ? Number(step) : null,
    series: textOr(given.get("series"), DEFAULTS.series),
    step_scale: given.get("step_scale") === "linear" ? "linear" : "log",
    layer: textOr(given.get("layer"), null),
    beside: beside === null ? [...SHOWN_FIRST] : beside.split(",").filter(Boolean).slice(0, MOST_SHOWN),
  };
}

/** The shortest address of a comparison, with its question mark; empty when nothing is compared. */
export function searchFromComparison(comparison: Comparison): string {
  const { sides, step, series, step_scale, layer, beside } = comparison;
  const parts = sides.map((side) => `with=${textFromSide(side)}`);
  const add = (name: string, value: string): void => void parts.push(`${name}=${encodeURIComponent(value)}`);
  if (step !== null) add("step", String(step));
  if (series !== DEFAULTS.series) add("series", series);
  if (step_scale !== "log") add("step_scale", step_scale);
  if (layer !== null) add("layer", layer);
  if (beside.join() !== SHOWN_FIRST.join()) parts.push(`beside=${beside.map(encodeURIComponent).join(",")}`);
  return parts.length > 0 ? `?${parts.join("&")}` : "";
}

function textOr<Other>(text: string | null, other: Other): string | Other {
  return text === null || text === "" ? other : text;
}

/** `3:1,2,7-12`; one that cannot be read is left out. */
function sideFromText(text: string): Side[] {
  const [, experiment, runs = ""] = /^(\d{1,9})(?::(.*))?$/.exec(text) ?? [];
  const number = Number(experiment);
  return experiment === undefined || number < 1 ? [] : [{ experiment: number, runs: runsFromText(runs) }];
}

export function textFromSide({ experiment, runs }: Side): string {
  return runs.length === 0 ? String(experiment) : `${experiment}:${textFromRuns(runs)}`;
}

/** What a figure asks with: the sides, and the fields it is drawn from. */
export function askedOfComparison(comparison: Comparison, drawnFrom: readonly string[]): Record<string, unknown> {
  const fields = drawnFrom
    .map((name) => [name, comparison[name as keyof Comparison]] as const)
    .filter(([, value]) => value !== null);
  return { with: comparison.sides.map(textFromSide), ...Object.fromEntries(fields) };
}

const NAMED_AT_MOST = 300; // runs of a side that stands for all of its experiment

/** The view of one side, for the figures that stand side by side. */
export function viewOfSide(comparison: Comparison, side: ComparedSide): View {
  const runs = side.runs.map((run) => run.id);
  const { step, series, step_scale, layer } = comparison;
  return {
    ...DEFAULTS,
    experiment: side.experiment.id,
    runs: runs.length <= NAMED_AT_MOST ? runs : runs.slice(0, NAMED_AT_MOST),
    run: runs[0] ?? null,
    step,
    series,
    step_scale,
    layer,
  };
}

/** The steps of all sides together, increasing. */
export function stepsOf(sides: readonly ComparedSide[]): number[] {
  return [...new Set(sides.flatMap((side) => side.experiment.steps))].sort((one, other) => one - other);
}
