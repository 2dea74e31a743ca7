/** The view of a page: kept in memory while it moves, written to the address as fast as browsers allow. */
import { useCallback, useEffect, useRef, useState } from "react";

import type { View } from "./api/types";
import { searchFromView, viewFromSearch } from "./view";

const APART = 250; // milliseconds; browsers refuse more than about 200 writes in 30 seconds

export type ViewChange = Partial<Omit<View, "experiment">>;
export type ChangeView = (change: ViewChange | ((before: View) => ViewChange)) => void;

/** The view and how to change it. The router remounts the page when one goes to another address of it. */
export function useView(experiment: number, search: string): [View, ChangeView] {
  const [view, setView] = useState(() => viewFromSearch(experiment, search));
  const written = useRef(0);

  useEffect(() => {
    const address = `${window.location.pathname}${searchFromView(view)}${window.location.hash}`;
    const write = (): void => {
      written.current = Date.now();
      window.history.replaceState(window.history.state, "", address);
    };
    const timer = setTimeout(write, Math.max(0, written.current + APART - Date.now()));
    return () => clearTimeout(timer);
  }, [view]);

  const change = useCallback<ChangeView>((part) => {
    setView((before) => ({ ...before, ...(typeof part === "function" ? part(before) : part) }));
  }, []);
  return [view, change];
}
