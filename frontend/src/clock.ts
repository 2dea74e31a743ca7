/** The clock: one place among the checkpoints of an experiment. It drives every panel. */

export interface Clock {
  steps: readonly number[];
  step: number | null; // null is live: the newest there is
}

/** Where the clock stands among the steps; a step between two checkpoints counts as the earlier one. */
export function indexOf({ steps, step }: Clock): number {
  if (step === null) return Math.max(0, steps.length - 1);
  const after = steps.findIndex((one) => one > step);
  return after === -1 ? Math.max(0, steps.length - 1) : Math.max(0, after - 1);
}

/** The step some places further, held at both ends. */
export function moved(clock: Clock, by: number): number | null {
  const target = Math.min(clock.steps.length - 1, Math.max(0, indexOf(clock) + by));
  return clock.steps[target] ?? null;
}

/** Where playing goes next: from the end, or from live, it starts over; null at the end. */
export function following(clock: Clock): number | null {
  const index = indexOf(clock);
  return index + 1 < clock.steps.length ? (clock.steps[index + 1] ?? null) : null;
}

/** Steps around the clock that are worth fetching ahead: more of them forwards. */
export function ahead(clock: Clock, playing: boolean): readonly number[] {
  if (clock.step === null) return [];
  const index = indexOf(clock);
  const places = playing ? [1, 2, 3, 4] : [1, -1, 2];
  return places.map((by) => clock.steps[index + by]).filter((step) => step !== undefined);
}

export type ClockMode = "log" | "step" | "drop";

/** Where a step lies on the slider, from 0 to 1: evenly in steps, or in their logarithm. */
export function shareOf(mode: ClockMode, steps: readonly number[], step: number): number {
  const [low, high] = [steps[0] ?? 0, steps.at(-1) ?? 0];
  if (high <= low) return 0;
  const scale = mode === "step" ? (value: number) => value : Math.log1p;
  return Math.min(1, Math.max(0, (scale(step) - scale(low)) / (scale(high) - scale(low))));
}

/** The place among the steps that is nearest to a share of the slider. */
export function nearest(mode: ClockMode, steps: readonly number[], share: number): number {
  let [low, high] = [0, Math.max(0, steps.length - 1)];
  while (high - low > 1) {
    const middle = (low + high) >> 1;
    if (shareOf(mode, steps, steps[middle] ?? 0) <= share) low = middle;
    else high = middle;
  }
  const off = (place: number): number => Math.abs(shareOf(mode, steps, steps[place] ?? 0) - share);
  return off(high) < off(low) ? high : low;
}

/** Aligned on the drop the clock runs from a twentieth of each drop's step to ten times it, in per cent. */
export const FROM_DROP: readonly number[] = [
  ...new Set(Array.from({ length: 121 }, (_, place) => Math.round(5 * 200 ** (place / 120)))),
];
