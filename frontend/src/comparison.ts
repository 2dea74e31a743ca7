/** A comparison is all that decides what its page shows, and it is the address: the first two functions are each other's
 * inverse. */
import type { AnsweredComparison, ComparedSide, Comparison, Side } from "./api/types";
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

/** As the server answers, with every field. */
export function wholeComparison(given: AnsweredComparison): Comparison {
  const sides = given.sides.map((side): Side => ({ ...side, run: side.run ?? null }));
  return { ...given, sides, step: given.step ?? null, layer: given.layer ?? null };
}

/** The shortest address of a comparison, with its question mark; empty when nothing is compared. */
export function searchFromComparison(comparison: Comparison): string {
  const { sides, step, series, step_scale, layer, beside } = comparison;
  const parts = sides.map((side) => `with=${encoded(textFromSide(side))}`);
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

/** `3:1,2,7-12@7?phase == "grokking"`; one that cannot be read is left out. */
function sideFromText(text: string): Side[] {
  const [, experiment, runs = "", run, filter = ""] =
    /^(\d{1,9})(?::([^@?]*))?(?:@(\d{1,15}))?(?:\?([^]*))?$/.exec(text) ?? [];
  const number = Number(experiment);
  if (experiment === undefined || number < 1) return [];
  return [{ experiment: number, runs: runsFromText(runs), run: run === undefined ? null : Number(run), filter }];
}

export function textFromSide({ experiment, runs, run, filter }: Side): string {
  const named = runs.length === 0 ? "" : `:${textFromRuns(runs)}`;
  return `${experiment}${named}${run === null ? "" : `@${run}`}${filter === "" ? "" : `?${filter}`}`;
}

/** As an address may hold it, and a person reads it. */
function encoded(text: string): string {
  const kept = { "%2C": ",", "%3A": ":", "%40": "@", "%3F": "?", "%3D": "=" };
  return Object.entries(kept).reduce(
    (before, [code, letter]) => before.replaceAll(code, letter),
    encodeURIComponent(text),
  );
}

/** What a figure asks with: the sides, and the fields it is drawn from. */
export function askedOfComparison(comparison: Comparison, drawnFrom: readonly string[]): Record<string, unknown> {
  const fields = drawnFrom
    .filter((name) => name in comparison && name !== "sides" && name !== "beside")
    .map((name) => [name, comparison[name as keyof Comparison]] as const)
    .filter(([, value]) => value !== null);
  return { with: comparison.sides.map(textFromSide), ...Object.fromEntries(fields) };
}

/** What a figure of one side asks with. */
export function askedOfSide(comparison: Comparison, side: Side, drawnFrom: readonly string[]): Record<string, unknown> {
  return askedOfComparison({ ...comparison, sides: [side] }, drawnFrom);
}

/** The steps of all sides together, increasing. */
export function stepsOf(sides: readonly ComparedSide[]): number[] {
  return [...new Set(sides.flatMap((side) => side.experiment.steps))].sort((one, other) => one - other);
}
