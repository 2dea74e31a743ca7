/** Figures that are filmed: the server sends what they show at each kept step, and the page puts in that of its clock. */
import type { FigureBody } from "../api/types";
import type { ClockMode } from "../clock";
import { isObject, listOf } from "./arrays";
import { placeOf } from "./film";
import type { Trace } from "./points";

export interface Frame {
  step: number;
  traces: readonly number[]; // the places of the traces that it changes
  data: readonly Trace[]; // what of each is different
  layout: Readonly<Record<string, unknown>>;
}

/** The frames of a figure, from the first step to the last; none where it is not filmed. */
export function framesOf(figure: FigureBody): readonly Frame[] {
  return (figure.frames ?? []).map((frame) => ({
    step: Number(frame["name"]),
    traces: listOf(frame["traces"]).map(Number),
    data: listOf(frame["data"]).filter(isObject).map(changed),
    layout: isObject(frame["layout"]) ? frame["layout"] : {},
  }));
}

function changed({ type, ...parts }: Trace): Trace {
  return parts;
}

/** The step of the drop of the run that a figure shows; null where it has none, or shows several. */
export function dropOf(figure: FigureBody): number | null {
  const meta = figure.layout["meta"];
  return isObject(meta) && typeof meta["drop_step"] === "number" ? meta["drop_step"] : null;
}

/** The step at which a clock stands; null is the last. Aligned on the drop it stands at a share of that step. */
export function stepOf(place: number | null, mode: ClockMode, drop: number | null): number | null {
  if (mode !== "drop" || place === null) return mode === "drop" ? null : place;
  return drop === null ? null : (drop * place) / 100;
}

/** The newest that is no later than the step; the first where all are later, and the last without a step. */
export function frameAt(frames: readonly Frame[], step: number | null): Frame | null {
  const steps = frames.map((frame) => frame.step);
  return frames[placeOf(steps, step ?? Infinity)] ?? null;
}

/** The figure as it is at a frame. What it was drawn with is left as it was. */
export function withFrame(figure: FigureBody, frame: Frame | null): FigureBody {
  if (frame === null) return figure;
  const data = figure.data.map((trace, place) => {
    const at = frame.traces.indexOf(place);
    return at === -1 ? trace : { ...trace, ...frame.data[at] };
  });
  return { ...figure, data, layout: { ...figure.layout, ...frame.layout } };
}

/** The change as Plotly takes it: for each attribute a value per trace. */
export function changeOf(frame: Frame): Record<string, unknown[]> {
  const names = [...new Set(frame.data.flatMap((trace) => Object.keys(trace)))];
  return Object.fromEntries(names.map((name) => [name, frame.data.map((trace) => trace[name])]));
}
