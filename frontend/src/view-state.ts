/** The view of a page: kept in memory while it moves, written to the address, where back and forward find it again. */
import { useCallback, useEffect, useMemo, useRef, useState } from "react";

import type { View } from "./api/types";
import { searchFromView, textFromRuns, viewFromSearch } from "./view";

const APART = 250; // milliseconds; browsers refuse more than about 200 writes in 30 seconds
const ONE_ACT = 1000; // milliseconds between two changes of the same kind that one goes back over at once

export type ViewChange = Partial<Omit<View, "experiment">>;
export type ChangeView = (change: ViewChange | ((before: View) => ViewChange)) => void;
export type Known = (view: View) => View;

/** What one goes back over in one step. The clock is not among them: it moves too often to be retraced. */
const KINDS: readonly (readonly [kind: string, value: (view: View) => string | null])[] = [
  ["axes", (view) => JSON.stringify([view.x, view.y])],
  ["colour", (view) => view.colour],
  ["selection", (view) => `${textFromRuns(view.runs)} ${view.run}`],
  ["series", (view) => view.series],
  ["layer", (view) => view.layer],
  ["estimator", (view) => view.estimator],
  ["step_scale", (view) => view.step_scale],
  ["rule", (view) => view.rule],
  ["runs looked at", (view) => JSON.stringify([view.at, view.filter])],
  ["clock", (view) => view.clock],
  ["panels", (view) => JSON.stringify([view.panels, view.large])],
  ["table", (view) => JSON.stringify([view.columns, view.value, view.group, view.sort])],
];

const AS_GIVEN: Known = (view) => view;

/** The view, as far as it is known here, and how to change it. The router remounts the page for other addresses. */
export function useView(experiment: number, search: string, known: Known = AS_GIVEN): [View, ChangeView] {
  const [given, setGiven] = useState(() => viewFromSearch(experiment, search));
  const [path] = useState(() => window.location.pathname);
  const view = useMemo(() => known(given), [known, given]);
  const latest = useRef(given);
  const written = useRef(0);
  const pushed = useRef({ kinds: "", at: 0 });

  useEffect(() => {
    const write = (): void => {
      if (window.location.pathname !== path) return; // back to another page, which this one must not rename
      written.current = Date.now();
      replace(view);
    };
    const timer = setTimeout(write, Math.max(0, written.current + APART - Date.now()));
    return () => clearTimeout(timer);
  }, [view, path]);

  useEffect(() => {
    const restore = (): void => {
      if (window.location.pathname !== path) return;
      pushed.current = { kinds: "", at: 0 };
      latest.current = viewFromSearch(experiment, window.location.search);
      setGiven(latest.current);
    };
    window.addEventListener("popstate", restore);
    return () => window.removeEventListener("popstate", restore);
  }, [experiment, path]);

  const change = useCallback<ChangeView>(
    (part) => {
      const before = known(latest.current);
      const next = { ...before, ...(typeof part === "function" ? part(before) : part) };
      const kinds = changedKinds(before, next);
      const now = Date.now();
      if (kinds !== "") {
        const again = kinds === pushed.current.kinds && now - pushed.current.at < ONE_ACT;
        if (!again) push(before, next);
        pushed.current = { kinds, at: now };
      }
      latest.current = next;
      setGiven(next);
    },
    [known],
  );
  return [view, change];
}

function changedKinds(before: View, next: View): string {
  return KINDS.filter(([, value]) => value(before) !== value(next))
    .map(([kind]) => kind)
    .join();
}

/** What one leaves is left as it was last seen, also where the clock had not been written yet. */
function push(before: View, next: View): void {
  replace(before);
  window.history.pushState(window.history.state, "", address(next));
}

function replace(view: View): void {
  if (window.location.search === searchFromView(view)) return;
  window.history.replaceState(window.history.state, "", address(view));
}

function address(view: View): string {
  return `${window.location.pathname}${searchFromView(view)}${window.location.hash}`;
}
