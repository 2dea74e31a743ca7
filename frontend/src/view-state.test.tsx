import { act, renderHook } from "@testing-library/react";
import { afterEach, expect, test, vi } from "vitest";

import { useView } from "./view-state";

afterEach(() => {
  vi.useRealTimers();
  window.history.replaceState(null, "", "/");
});

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
