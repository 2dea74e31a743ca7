/** The curve of one series with its events along it, and handles that are dragged or moved with arrows. */
import { useElementSize } from "@mantine/hooks";
import { useRef, type KeyboardEvent, type PointerEvent, type ReactElement } from "react";

import type { SeriesValues } from "../api/types";
import { checkpointFrom, handlesOf, KINDS, stepScale, stepsOf, type EventMarks, type Handle } from "../correcting";
import { count } from "../format";

interface Props {
  found: EventMarks;
  marks: EventMarks;
  values: SeriesValues;
  time: "log" | "linear";
  chosen: string | null;
  onChoose: (label: string | null) => void;
  onMove: (handle: Handle, step: number) => void;
}

const HEIGHT = 220;
const EDGE = 14; // around the curve, so that handles at its ends are whole
const ROWS = 6; // of handles, so that those of events that touch do not lie on each other
const ROW = 29;
const FAR = 5; // checkpoints that an arrow goes with Shift

export function EventCurve({ found, marks, values, time, chosen, onChoose, onMove }: Props): ReactElement {
  const { ref, width } = useElementSize();
  const last = values.steps.at(-1) ?? 1;
  const scale = stepScale(time, last);
  const across = (step: number): number => EDGE + scale.share(step) * Math.max(1, width - 2 * EDGE);
  const stepAt = (x: number): number => scale.step((x - EDGE) / Math.max(1, width - 2 * EDGE));
  const handles = KINDS.flatMap((kind) => marks[kind].flatMap((_, place) => handlesOf(marks, kind, place, last)));
  return (
    <div ref={ref} className="event-curve">
      <svg width={width} height={HEIGHT} aria-hidden="true">
        {KINDS.map((kind) =>
          found[kind].map((_, place) => (
            <Span key={`${kind} ${place}`} steps={stepsOf(found, kind, place)} across={across} />
          )),
        )}
        {KINDS.map((kind) =>
          marks[kind].map((_, place) => (
            <Span key={`${kind} ${place}`} kind={kind} steps={stepsOf(marks, kind, place)} across={across} />
          )),
        )}
        {handles.map((handle) => (
          <line
            key={handle.label}
            className="event-edge"
            data-kind={handle.kind}
            data-chosen={handle.label === chosen || undefined}
            x1={across(handle.step)}
            x2={across(handle.step)}
            y1={EDGE}
            y2={HEIGHT - EDGE - 14}
          />
        ))}
        <path d={pathOf(values, across)} className="event-line" />
      </svg>
      {handles.map((handle, at) => (
        <Grip
          key={handle.label}
          handle={handle}
          row={at % ROWS}
          x={across(handle.step)}
          chosen={handle.label === chosen}
          checkpoints={values.steps}
          stepAt={stepAt}
          onChoose={onChoose}
          onMove={onMove}
        />
      ))}
    </div>
  );
}

/** An event as a strip from its first to its last step; without a kind it is what was found. */
function Span(props: { kind?: string; steps: readonly number[]; across: (step: number) => number }): ReactElement {
  const { kind, steps, across } = props;
  const [first, last] = [across(steps[0] ?? 0), across(steps.at(-1) ?? 0)];
  const [top, height] = kind === undefined ? [HEIGHT - 22, 8] : [EDGE, HEIGHT - 2 * EDGE - 14];
  return (
    <rect className="event-span" data-kind={kind} x={first} y={top} width={Math.max(2, last - first)} height={height} />
  );
}

function pathOf({ steps, values }: SeriesValues, across: (step: number) => number): string {
  const known = values.filter((value) => value !== null);
  const logarithmic = known.length > 0 && Math.min(...known) > 0 && Math.max(...known) > 30 * Math.min(...known);
  const read = logarithmic ? Math.log : (value: number): number => value;
  const heights = known.map(read);
  const [low, high] = [Math.min(...heights), Math.max(...heights)];
  const up = (value: number): number =>
    EDGE + (1 - (read(value) - low) / (high > low ? high - low : 1)) * (HEIGHT - 2 * EDGE - 22);
  let pen = "M";
  return steps
    .map((step, place) => {
      const value = values[place] ?? null;
      const part = value === null ? "" : `${pen}${across(step).toFixed(1)} ${up(value).toFixed(1)}`;
      pen = value === null ? "M" : "L";
      return part;
    })
    .join("");
}

interface GripProps {
  handle: Handle;
  row: number;
  x: number;
  chosen: boolean;
  checkpoints: readonly number[];
  stepAt: (x: number) => number;
  onChoose: (label: string) => void;
  onMove: (handle: Handle, step: number) => void;
}

function Grip({ handle, row, x, chosen, checkpoints, stepAt, onChoose, onMove }: GripProps): ReactElement {
  const dragged = useRef(false);
  const press = (event: KeyboardEvent): void => {
    const by = { ArrowRight: 1, ArrowLeft: -1, ArrowUp: 1, ArrowDown: -1 }[event.key];
    if (by === undefined) return;
    event.preventDefault();
    event.stopPropagation();
    onMove(handle, checkpointFrom(checkpoints, handle.step, event.shiftKey ? by * FAR : by));
  };
  const drag = (event: PointerEvent<HTMLElement>): void => {
    if (!dragged.current) return;
    const left = event.currentTarget.parentElement?.getBoundingClientRect().left ?? 0;
    onMove(handle, checkpointFrom(checkpoints, stepAt(event.clientX - left), 0));
  };
  return (
    <div
      className="event-grip"
      role="slider"
      tabIndex={0}
      data-kind={handle.kind}
      data-chosen={chosen || undefined}
      aria-label={handle.label}
      aria-valuemin={handle.low}
      aria-valuemax={handle.high}
      aria-valuenow={handle.step}
      aria-valuetext={`step ${count(handle.step)}`}
      style={{ transform: `translate(${x}px, ${row * ROW}px)` }}
      onFocus={() => onChoose(handle.label)}
      onKeyDown={press}
      onPointerDown={(event) => {
        dragged.current = true;
        event.currentTarget.setPointerCapture(event.pointerId);
      }}
      onPointerMove={drag}
      onPointerUp={() => {
        dragged.current = false;
      }}
    />
  );
}
