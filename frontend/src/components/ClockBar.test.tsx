import { fireEvent, screen } from "@testing-library/react";
import { expect, test, vi } from "vitest";

import { show } from "../test-server";
import { ClockBar } from "./ClockBar";

const STEPS = [0, 1, 10, 100];

function shownClock(
  step: number | null,
  playing = false,
  ready = true,
): { onMove: ReturnType<typeof vi.fn>; onPlay: ReturnType<typeof vi.fn> } {
  const [onMove, onPlay] = [vi.fn(), vi.fn()];
  show(
    <ClockBar
      steps={STEPS}
      step={step}
      newest={10}
      ready={ready}
      live="live"
      playing={playing}
      onPlay={onPlay}
      onMove={onMove}
    />,
  );
  return { onMove, onPlay };
}

test("arrows, home, end and space drive it from anywhere on the page", () => {
  const { onMove, onPlay } = shownClock(1);
  for (const key of ["ArrowRight", "ArrowLeft", "Home", "End", " "]) fireEvent.keyDown(document.body, { key });
  expect(onMove.mock.calls).toEqual([[10], [0], [0], [null]]);
  expect(onPlay.mock.calls).toEqual([[true]]);
});

test("keys belong to what has the focus", () => {
  const { onMove, onPlay } = shownClock(1);
  fireEvent.keyDown(screen.getByRole("button", { name: "First checkpoint (Home)" }), { key: " " });
  const typing = document.createElement("input");
  document.body.append(typing);
  fireEvent.keyDown(typing, { key: "ArrowRight" });
  typing.remove();
  expect(onMove).not.toHaveBeenCalled();
  expect(onPlay).not.toHaveBeenCalled();
});

test("the slider tells the step and moves by checkpoints", () => {
  const { onMove } = shownClock(10);
  const slider = screen.getByRole("slider", { name: "Step of training" });
  expect(slider.getAttribute("aria-valuetext")).toBe("step 10");
  fireEvent.change(slider, { target: { value: "950" } });
  expect(onMove).toHaveBeenCalledWith(100);
  fireEvent.keyDown(slider, { key: "ArrowLeft" });
  expect(onMove).toHaveBeenLastCalledWith(1);
});

test("live shows the newest step there is", () => {
  shownClock(null);
  expect(screen.getByRole("slider").getAttribute("aria-valuetext")).toBe("live, step 10");
  expect(screen.getByRole("button", { name: "live" }).getAttribute("aria-pressed")).toBe("true");
});

test("playing waits for the picture of its step", async () => {
  vi.useFakeTimers();
  const waiting = shownClock(1, true, false);
  await vi.advanceTimersByTimeAsync(2000);
  expect(waiting.onMove).not.toHaveBeenCalled();
  const going = shownClock(1, true, true);
  await vi.advanceTimersByTimeAsync(150);
  expect(going.onMove).toHaveBeenCalledWith(10);
  vi.useRealTimers();
});

test("playing from the end starts over", () => {
  const { onMove, onPlay } = shownClock(100);
  fireEvent.click(screen.getByRole("button", { name: "Play (space)" }));
  expect(onMove).toHaveBeenCalledWith(0);
  expect(onPlay).toHaveBeenCalledWith(true);
});
