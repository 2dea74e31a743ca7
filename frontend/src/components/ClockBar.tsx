/** The clock, fixed at the bottom: scrub, play, or stay live. Arrows move it and space plays, wherever one is on the page. */
import { ActionIcon, Button, SegmentedControl, Tooltip } from "@mantine/core";
import { memo, useCallback, useEffect, useEffectEvent, useRef, useState, type ReactElement } from "react";

import { following, indexOf, moved, nearest, shareOf, type Clock, type ClockMode } from "../clock";
import { useClock, type ClockStore } from "../clock-store";
import { count } from "../format";
import { Icon, type IconName } from "./icons";

interface Props extends Clock {
  newest: number; // the step that live shows
  ready: boolean; // the figure of this step is on screen
  live: string; // what the end is called: live while it trains, newest afterwards
  playing: boolean;
  onPlay: (playing: boolean) => void;
  onMove: (step: number | null) => void;
  smooth?: boolean; // every picture is here already: it plays as fast as it can be seen
  mode?: ClockMode;
  onMode?: (mode: ClockMode) => void;
}

const PICTURE = 33; // milliseconds that a film stays at a checkpoint, on average
const SHORTEST = 4000; // milliseconds of a whole film
const PLACES = 1000; // of the slider
const FRAME = 110; // milliseconds a picture stays at least while playing

export function ClockBar(props: Props): ReactElement {
  const { steps, step, newest, ready, live, playing, onPlay, onMove, smooth = false, mode = "log", onMode } = props;
  const clock = { steps, step };
  const index = indexOf(clock);
  const shown = step === null ? newest : (steps[index] ?? 0);
  const toggle = (): void => {
    if (!playing && following(clock) === null) onMove(steps[0] ?? null);
    onPlay(!playing);
  };
  useKeys({
    move: (by) => onMove(moved(clock, by)),
    first: () => onMove(steps[0] ?? null),
    live: () => onMove(null),
    toggle,
  });
  usePlaying(playing && ready && !smooth, () => {
    const next = following(clock);
    if (next === null) onPlay(false);
    else onMove(next);
  });
  const share = step === null ? 1 : shareOf(mode, steps, steps[index] ?? 0);
  useFilming(playing && smooth, Math.max(SHORTEST, steps.length * PICTURE), share, (place) => {
    onMove(steps[nearest(mode, steps, place)] ?? null);
    if (place >= 1) onPlay(false);
  });

  const toFirst = useStable(() => onMove(steps[0] ?? null));
  const toLast = useStable(() => onMove(steps.at(-1) ?? null));
  const toLive = useStable(() => onMove(null));
  const toToggle = useStable(toggle);
  const toMode = useStable((chosen: ClockMode) => onMode?.(chosen));

  const said = mode === "drop" ? `${count(shown)} % of the drop's step` : `step ${count(shown)}`;
  const text = step === null ? `${live}, ${mode === "drop" ? "all steps" : said}` : said;
  return (
    <section className="clock" aria-label="Clock">
      <div className="clock-keys">
        <Key name="first" label="First checkpoint (Home)" act={toFirst} />
        <Key name={playing ? "pause" : "play"} label={playing ? "Pause (space)" : "Play (space)"} act={toToggle} />
        <Key name="last" label="Last checkpoint" act={toLast} />
      </div>
      <input
        className="clock-slider"
        type="range"
        min={0}
        max={PLACES}
        step={1}
        value={Math.round(share * PLACES)}
        aria-label={mode === "drop" ? "Time from the drop" : "Step of training"}
        aria-valuetext={text}
        style={{ "--share": share }}
        onChange={(event) => onMove(steps[nearest(mode, steps, event.currentTarget.valueAsNumber / PLACES)] ?? null)}
      />
      <output className="clock-step" aria-hidden="true">
        {mode === "drop" ? (
          step === null ? (
            <b>all steps</b>
          ) : (
            <>
              <b>{count(shown)} %</b> of drop
            </>
          )
        ) : (
          <>
            step <b>{count(shown)}</b>
          </>
        )}
      </output>
      {onMode !== undefined && <ModeChoice mode={mode} onMode={toMode} />}
      <LiveButton label={live} pressed={step === null} act={toLive} />
    </section>
  );
}

type MovingProps = Omit<Props, "step" | "onMove"> & {
  clock: ClockStore;
  origin?: number | null; // where live leads: the newest step, or where the clock stood when it was shared
};

/** The bar of a clock that moves by itself: drawn again with each move, and nothing else with it. */
export function MovingBar({ clock, origin = null, ...bar }: MovingProps): ReactElement {
  const at = useClock(clock);
  return <ClockBar {...bar} step={at === origin ? null : at} onMove={(step) => clock.move(step ?? origin)} />;
}

/** The same function each time, which does what the newest would: what is given it needs not be drawn again. */
function useStable<Given extends unknown[]>(act: (...given: Given) => void): (...given: Given) => void {
  const latest = useRef(act);
  useEffect(() => {
    latest.current = act;
  });
  return useCallback((...given: Given) => latest.current(...given), []);
}

const Key = memo(function Key({ name, label, act }: { name: IconName; label: string; act: () => void }): ReactElement {
  return (
    <Tooltip label={label}>
      <ActionIcon aria-label={label} onClick={act} size="lg">
        <Icon name={name} />
      </ActionIcon>
    </Tooltip>
  );
});

const MODES: { value: ClockMode; label: string }[] = [
  { value: "log", label: "log step" },
  { value: "step", label: "step" },
  { value: "drop", label: "from the drop" },
];

const ModeChoice = memo(function ModeChoice(props: {
  mode: ClockMode;
  onMode: (mode: ClockMode) => void;
}): ReactElement {
  return (
    <SegmentedControl
      className="clock-mode"
      aria-label="What the clock runs on"
      value={props.mode}
      onChange={props.onMode}
      data={MODES}
    />
  );
});

const LiveButton = memo(function LiveButton(props: { label: string; pressed: boolean; act: () => void }): ReactElement {
  return (
    <Button variant={props.pressed ? "filled" : "default"} aria-pressed={props.pressed} onClick={props.act}>
      {props.label}
    </Button>
  );
});

/** The next picture, once the one before has been seen long enough and is really there. */
function usePlaying(going: boolean, advance: () => void): void {
  const next = useEffectEvent(advance);
  const [beat, setBeat] = useState(0);
  useEffect(() => {
    if (!going) return undefined;
    const timer = setTimeout(() => {
      next();
      setBeat((before) => before + 1);
    }, FRAME);
    return () => clearTimeout(timer);
  }, [going, beat]);
}

/** Where a film stands, from 0 to 1, picture by picture as the screen shows them. */
function useFilming(going: boolean, whole: number, from: number, show: (place: number) => void): void {
  const start = useRef(0);
  const next = useEffectEvent(show);
  useEffect(() => {
    start.current = from;
  });
  useEffect(() => {
    if (!going) return undefined;
    const first = start.current >= 1 ? 0 : start.current;
    let begun: number | null = null;
    let frame = requestAnimationFrame(function film(now) {
      begun ??= now;
      const place = Math.min(1, first + (now - begun) / whole);
      next(place);
      if (place < 1) frame = requestAnimationFrame(film);
    });
    return () => cancelAnimationFrame(frame);
  }, [going, whole]);
}

interface Moves {
  move: (by: number) => void;
  first: () => void;
  live: () => void;
  toggle: () => void;
}

function useKeys(moves: Moves): void {
  const pressed = useEffectEvent((event: KeyboardEvent) => {
    if (event.ctrlKey || event.metaKey || event.altKey || event.defaultPrevented || ownsKeys(event)) return;
    const act = actionOf(event, moves);
    if (act === null) return;
    event.preventDefault();
    act();
  });
  useEffect(() => {
    window.addEventListener("keydown", pressed);
    return () => window.removeEventListener("keydown", pressed);
  }, []);
}

function actionOf({ key, shiftKey }: KeyboardEvent, moves: Moves): (() => void) | null {
  const far = shiftKey ? 5 : 1;
  switch (key) {
    case "ArrowRight":
      return () => moves.move(far);
    case "ArrowLeft":
      return () => moves.move(-far);
    case "Home":
      return moves.first;
    case "End":
      return moves.live;
    case " ":
      return moves.toggle;
    default:
      return null;
  }
}

/** Whether the key belongs to what has the focus: a field, a list, an open dialog, a button that space presses. */
function ownsKeys({ target, key }: KeyboardEvent): boolean {
  if (!(target instanceof HTMLElement)) return false;
  if (target.matches(".clock-slider"))
    return key !== " " && !key.startsWith("Arrow") && key !== "Home" && key !== "End";
  if (target instanceof HTMLInputElement && target.type === "radio") return key.startsWith("Arrow") || !target.checked;
  if (target.closest("[role=dialog], [role=listbox], [role=menu], [role=radiogroup], [role=tablist]") !== null)
    return true;
  if (target.matches("input, textarea, select")) return !target.matches("input[type=checkbox]") || key === " ";
  return key === " " && target.closest("button, a, summary") !== null;
}
