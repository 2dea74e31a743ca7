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
