/** The clock, fixed at the bottom: scrub, play, or stay live. Arrows move it and space plays, wherever one is on the page. */
import { ActionIcon, Button, Tooltip } from "@mantine/core";
import { useEffect, useEffectEvent, useState, type ReactElement } from "react";

import { following, indexOf, moved, type Clock } from "../clock";
import { count } from "../format";
import { Icon, type IconName } from "./icons";

interface Props extends Clock {
  newest: number; // the step that live shows
  ready: boolean; // the figure of this step is on screen
  live: string; // what the end is called: live while it trains, newest afterwards
  playing: boolean;
  onPlay: (playing: boolean) => void;
  onMove: (step: number | null) => void;
}

const FRAME = 110; // milliseconds a picture stays at least while playing

export function ClockBar({ steps, step, newest, ready, live, playing, onPlay, onMove }: Props): ReactElement {
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
  usePlaying(playing && ready, () => {
    const next = following(clock);
    if (next === null) onPlay(false);
    else onMove(next);
  });

  const text = step === null ? `${live}, step ${count(shown)}` : `step ${count(shown)}`;
  return (
    <section className="clock" aria-label="Clock">
      <div className="clock-keys">
        <Key name="first" label="First checkpoint (Home)" act={() => onMove(steps[0] ?? null)} />
        <Key name={playing ? "pause" : "play"} label={playing ? "Pause (space)" : "Play (space)"} act={toggle} />
        <Key name="last" label="Last checkpoint" act={() => onMove(steps.at(-1) ?? null)} />
      </div>
      <input
        className="clock-slider"
        type="range"
        min={0}
        max={Math.max(0, steps.length - 1)}
        step={1}
        value={index}
        aria-label="Step of training"
        aria-valuetext={text}
        style={{ "--share": steps.length > 1 ? index / (steps.length - 1) : 0 }}
        onChange={(event) => onMove(steps[event.currentTarget.valueAsNumber] ?? null)}
      />
      <output className="clock-step" aria-hidden="true">
        step <b>{count(shown)}</b>
      </output>
      <Button variant={step === null ? "filled" : "default"} aria-pressed={step === null} onClick={() => onMove(null)}>
        {live}
      </Button>
    </section>
  );
}

function Key({ name, label, act }: { name: IconName; label: string; act: () => void }): ReactElement {
  return (
    <Tooltip label={label}>
      <ActionIcon aria-label={label} onClick={act} size="lg">
        <Icon name={name} />
      </ActionIcon>
    </Tooltip>
  );
}

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
  if (target.matches(".clock-slider")) return key !== " " && key !== "End";
  if (target.closest("[role=dialog], [role=listbox], [role=radiogroup], [role=tablist]") !== null) return true;
  if (target.matches("input, textarea, select"))
    return !target.matches("input[type=checkbox], input[type=radio]") || key === " ";
  return key === " " && target.closest("button, a, summary") !== null;
}
