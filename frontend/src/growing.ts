/** Growing an experiment from its page: what is sent to the server, and where drafts of forks and closer looks begin. */
import type { Experiment, Extension, RunTable } from "./api/types";
import { axisLabel, value } from "./format";
import { textFromRuns } from "./view";

export const MOST_EXTENSIONS = 256;

/** The first seed that no cell of the experiment has. */
export function nextSeed({ spec }: Pick<Experiment, "spec">): number {
  return Math.max(...[spec, ...spec.extensions].map(({ first_seed, seeds }) => first_seed + seeds));
}

/** More seeds for the cells of these runs, or for every cell where there are none. Null: more cells than can be sent. */
export function moreSeeds(
  experiment: Pick<Experiment, "spec">,
  table: Pick<RunTable, "runs" | "points">,
  runs: readonly number[],
  seeds: number,
): Extension[] | null {
  const first_seed = nextSeed(experiment);
  if (runs.length === 0) return [{ axes: [], first_seed, seeds }];
  const paths = experiment.spec.axes.map((axis) => axis.path);
  const wanted = new Set(runs);
  const cells = new Map<string, unknown[]>();
  table.runs.forEach((run, place) => {
    if (!wanted.has(run)) return;
    const values = paths.map((path) => table.points[path]?.[place] ?? null);
    cells.set(JSON.stringify(values), values);
  });
  const points = [...cells.values()];
  const sides = paths.map((_, at) => distinct(points.map((values) => values[at])));
  const whole = sides.reduce((product, side) => product * side.length, 1) === points.length;
  const grids = whole ? [sides] : points.map((values) => values.map((value) => [value]));
  if (grids.length > MOST_EXTENSIONS) return null;
  return grids.map((grid) => ({
    axes: paths.map((path, at) => ({ path, values: grid[at] ?? [], scales: {} })),
    first_seed,
    seeds,
  }));
}

function distinct(values: readonly unknown[]): unknown[] {
  return [...new Map(values.map((value) => [JSON.stringify(value), value])).values()];
}

/** Where points over the drawn axes lie along the further ones: in the slice that is shown, or at all their values. */
export function sliceWords(
  { spec }: Pick<Experiment, "spec">,
  cuts: readonly string[],
  drawn: readonly (string | null)[],
): string[] {
  const paths = spec.axes.map((axis) => axis.path);
  const further = paths.filter((path) => !drawn.includes(path));
  const shown = further.flatMap((path) => {
    const cut = cuts.find((one) => one.startsWith(`${path}:`))?.slice(path.length + 1);
    return cut === undefined ? [] : [{ path, words: `${axisLabel(path, paths)} ${value(JSON.parse(cut))}` }];
  });
  const whole = further.filter((path) => shown.every((one) => one.path !== path));
  const told = shown.map(({ words }) => words).join(", ");
  return [
    ...(shown.length === 0 ? [] : [`Only the slice that is shown is trained: ${told}.`]),
    ...(whole.length === 0
      ? []
      : [
          `Each point is trained at all values of ${whole.map((path) => axisLabel(path, paths)).join(" and ")}; ` +
            "the slider above the panels chooses one slice.",
        ]),
  ];
}

/** Where the draft of a fork begins: the run again, one setting of its optimizer changed from a step on. */
export function forkAddress(
  experiment: number,
  { run, step, field, values }: { run: number; step: number; field: string; values: readonly number[] },
): string {
  const query = [`experiment=${experiment}`, `run=${run}`, `step=${step}`, `field=${encodeURIComponent(field)}`];
  return `/new?${[...query, ...values.map((value) => `value=${value}`)].join("&")}`;
}

/** Where the draft of a closer look begins: the same runs, with many checkpoints in an interval. */
export function closerAddress(
  experiment: number,
  { runs, begin, end, count }: { runs: readonly number[]; begin: number; end: number; count: number },
): string {
  return `/new?experiment=${experiment}&runs=${textFromRuns(runs)}&begin=${begin}&end=${end}&count=${count}`;
}

/** `0.1, 1e-3` as numbers; null where something is no number, or where there is none. */
export function numbersFrom(text: string): number[] | null {
  const parts = text.split(",").map((part) => part.trim());
  const numbers = parts.map(Number);
  return parts.some((part) => part === "") || numbers.some((number) => !Number.isFinite(number)) ? null : numbers;
}
