/** Correcting the events of a series by hand: what holds, its handles, and what is to be sent. */
import type { Correction, FoundEvents } from "./api/types";

export interface Plateau {
  start: number;
  end: number;
}
export interface Drop {
  onset: number;
  midpoint: number;
  end: number;
}
export interface EventMarks {
  plateaus: readonly Plateau[];
  drops: readonly Drop[];
  spikes: readonly number[];
}
export type EventKind = keyof EventMarks;

/** One step of one event that can be moved, and how far it can go. */
export interface Handle {
  kind: EventKind;
  place: number; // of the event among those of its kind
  part: number; // of the event's steps
  label: string;
  step: number;
  low: number;
  high: number;
}

export const KINDS: readonly EventKind[] = ["plateaus", "drops", "spikes"];
export const SINGULAR: Readonly<Record<EventKind, string>> = { plateaus: "plateau", drops: "drop", spikes: "spike" };
const PARTS: Readonly<Record<EventKind, readonly string[]>> = {
  plateaus: ["start", "end"],
  drops: ["onset", "midpoint", "end"],
  spikes: ["step"],
};

export function foundMarks(found: FoundEvents): EventMarks {
  return {
    plateaus: found.plateaus.map(({ start, end }) => ({ start, end })),
    drops: found.drops.map(({ onset, midpoint, end }) => ({ onset, midpoint, end })),
    spikes: found.spikes.map(({ step }) => step),
  };
}

/** What holds: kind by kind what a person said, or else what was found. */
export function heldMarks(found: FoundEvents): EventMarks {
  const own = foundMarks(found);
  const said = found.correction;
  return {
    plateaus: said?.plateaus ?? own.plateaus,
    drops: said?.drops ?? own.drops,
    spikes: said?.spikes ?? own.spikes,
  };
}

/** What says that these marks hold; null where all is as it was found, and nothing is noted. */
export function correctionOf(found: FoundEvents, marks: EventMarks, note: string): Correction | null {
  const own = foundMarks(found);
  const changed = (kind: EventKind): boolean => JSON.stringify(marks[kind]) !== JSON.stringify(own[kind]);
  const correction: Correction = {
    plateaus: changed("plateaus") ? [...marks.plateaus] : null,
    drops: changed("drops") ? [...marks.drops] : null,
    spikes: changed("spikes") ? [...marks.spikes] : null,
    note: note.trim(),
  };
  return KINDS.some(changed) || correction.note !== "" ? correction : null;
}

export function stepsOf(marks: EventMarks, kind: EventKind, place: number): number[] {
  if (kind === "spikes") return marks.spikes.slice(place, place + 1);
  if (kind === "plateaus") return marks.plateaus.slice(place, place + 1).flatMap(({ start, end }) => [start, end]);
  return marks.drops.slice(place, place + 1).flatMap(({ onset, midpoint, end }) => [onset, midpoint, end]);
}

/** The handles of one event, each between its neighbours. */
export function handlesOf(marks: EventMarks, kind: EventKind, place: number, last: number): Handle[] {
  const steps = stepsOf(marks, kind, place);
  return steps.map((step, part) => ({
    kind,
    place,
    part,
    label: `${SINGULAR[kind]} ${place + 1}: ${PARTS[kind][part] ?? ""}`,
    step,
    low: steps[part - 1] ?? 0,
    high: steps[part + 1] ?? last,
  }));
}

/** The same marks with one step of an event elsewhere, held between its neighbours. */
export function movedTo(marks: EventMarks, handle: Handle, step: number): EventMarks {
  const steps = stepsOf(marks, handle.kind, handle.place);
  steps[handle.part] = Math.min(handle.high, Math.max(handle.low, step));
  return withSteps(marks, handle.kind, handle.place, steps);
}

export function without(marks: EventMarks, kind: EventKind, place: number): EventMarks {
  return { ...marks, [kind]: marks[kind].filter((_, at) => at !== place) };
}

/** One event more, around the middle of the checkpoints. */
export function withOneMore(marks: EventMarks, kind: EventKind, checkpoints: readonly number[]): EventMarks {
  const at = (share: number): number => checkpoints[Math.floor(share * (checkpoints.length - 1))] ?? 0;
  if (kind === "spikes") return { ...marks, spikes: [...marks.spikes, at(0.5)] };
  if (kind === "plateaus") return { ...marks, plateaus: [...marks.plateaus, { start: at(0.3), end: at(0.5) }] };
  return { ...marks, drops: [...marks.drops, { onset: at(0.5), midpoint: at(0.6), end: at(0.7) }] };
}

function withSteps(marks: EventMarks, kind: EventKind, place: number, steps: readonly number[]): EventMarks {
  const [one = 0, two = 0, three = 0] = steps;
  const event = kind === "spikes" ? one : kind === "plateaus" ? { start: one, end: two } : dropOf(one, two, three);
  return { ...marks, [kind]: marks[kind].map((other, at) => (at === place ? event : other)) };
}

const dropOf = (onset: number, midpoint: number, end: number): Drop => ({ onset, midpoint, end });

/** The checkpoint some places from a step; a step between two counts as the nearer one. */
export function checkpointFrom(checkpoints: readonly number[], step: number, by: number): number {
  const place = nearestPlace(checkpoints, step);
  const target = Math.min(checkpoints.length - 1, Math.max(0, place + by));
  return checkpoints[target] ?? step;
}

function nearestPlace(checkpoints: readonly number[], step: number): number {
  let best = 0;
  checkpoints.forEach((one, place) => {
    if (Math.abs(one - step) < Math.abs((checkpoints[best] ?? 0) - step)) best = place;
  });
  return best;
}

/** Where a step lies across the curve, from 0 to 1, and back. */
export interface Scale {
  share: (step: number) => number;
  step: (share: number) => number;
}

export function stepScale(time: "log" | "linear", last: number): Scale {
  if (time === "linear") return { share: (step) => step / Math.max(1, last), step: (share) => share * last };
  const whole = Math.log1p(Math.max(1, last));
  return { share: (step) => Math.log1p(step) / whole, step: (share) => Math.expm1(share * whole) };
}
