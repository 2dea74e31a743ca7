import { act, renderHook, waitFor } from "@testing-library/react";
import { afterEach, expect, test, vi } from "vitest";

import type { View } from "./api/types";
import { useView } from "./view-state";

afterEach(() => {
  vi.useRealTimers();
  vi.restoreAllMocks();
  window.history.replaceState(null, "", "/");
});

const LATER = 1500; // milliseconds after which a change is one of its own

test("what moves is in the address soon, written rarely, and adds nothing to the history", () => {
  vi.useFakeTimers();
  window.history.replaceState(null, "", "/experiments/1");
  const before = window.history.length;
  const write = vi.spyOn(window.history, "replaceState");
  const { result } = renderHook(() => useView(1, "?runs=3"));
  for (let step = 0; step < 100; step += 1) {
    act(() => result.current[1]({ step }));
    act(() => void vi.advanceTimersByTime(16));
  }
  act(() => void vi.advanceTimersByTime(500));
  expect(window.location.search).toBe("?step=99&runs=3");
  expect(write.mock.calls.length).toBeLessThan(12);
  expect(window.history.length).toBe(before);
});

test("a change may be worked out from what was before", () => {
  const { result } = renderHook(() => useView(1, "?runs=3"));
  act(() => result.current[1]((view) => ({ runs: [...view.runs, 4] })));
  act(() => result.current[1]((view) => ({ runs: [...view.runs, 5] })));
  expect(result.current[0].runs).toEqual([3, 4, 5]);
});

test("back and forward go over what was chosen, and the clock is as it was left", async () => {
  window.history.replaceState(null, "", "/experiments/1");
  const { result } = renderHook(() => useView(1, ""));
  const [, change] = result.current;
  act(() => change({ colour: "test_accuracy" }));
  act(() => change({ step: 10 }));
  act(() => change({ runs: [4], run: 4 }));
  expect(window.location.search).toBe("?colour=test_accuracy&step=10&runs=4&run=4");

  act(() => window.history.back());
  await waitFor(() => expect(result.current[0]).toMatchObject({ colour: "test_accuracy", step: 10, runs: [] }));
  act(() => window.history.back());
  await waitFor(() => expect(result.current[0]).toMatchObject({ colour: "phase", step: null, runs: [] }));
  act(() => window.history.forward());
  await waitFor(() => expect(result.current[0].colour).toBe("test_accuracy"));
});

test("quick repeats of one kind are one step back, another kind is its own", () => {
  vi.useFakeTimers();
  window.history.replaceState(null, "", "/experiments/1");
  const push = vi.spyOn(window.history, "pushState");
  const { result } = renderHook(() => useView(1, ""));
  const [, change] = result.current;
  for (const runs of [[1], [1, 2], [1, 2, 5]]) {
    act(() => change({ runs }));
    act(() => void vi.advanceTimersByTime(300));
  }
  expect(push).toHaveBeenCalledTimes(1);
  expect(window.location.search).toBe("?runs=1,2,5");
  act(() => change({ layer: "hidden_1" }));
  expect(push).toHaveBeenCalledTimes(2);
  act(() => void vi.advanceTimersByTime(LATER));
  act(() => change({ layer: "output" }));
  expect(push).toHaveBeenCalledTimes(3);
  act(() => change({ layer: "output", runs: [5, 2, 1] }));
  expect(push).toHaveBeenCalledTimes(3); // nothing has changed
});

test("what is not known here is neither shown nor kept in the address", () => {
  vi.useFakeTimers();
  window.history.replaceState(null, "", "/experiments/1?runs=3,999999");
  const known = (view: View): View => ({ ...view, runs: view.runs.filter((run) => run < 100) });
  const { result } = renderHook(() => useView(1, "?runs=3,999999", known));
  expect(result.current[0].runs).toEqual([3]);
  act(() => void vi.advanceTimersByTime(500));
  expect(window.location.search).toBe("?runs=3");
});
