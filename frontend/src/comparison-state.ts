/** The comparison of a page: kept in memory while it moves, written to the address, where back and forward find it. */
import { useCallback, useEffect, useRef, useState } from "react";

import type { Comparison } from "./api/types";
import { comparisonFromSearch, searchFromComparison } from "./comparison";

const APART = 250; // milliseconds; browsers refuse more than about 200 writes in 30 seconds

export type ChangeComparison = (change: Partial<Comparison>) => void;

export function useComparisonState(search: string): [Comparison, ChangeComparison] {
  const [comparison, setComparison] = useState(() => comparisonFromSearch(search));
  const [path] = useState(() => window.location.pathname);
  const latest = useRef(comparison);

  useEffect(() => {
    const write = (): void => {
      if (window.location.pathname === path) to("replaceState", comparison);
    };
    const timer = setTimeout(write, APART);
    return () => clearTimeout(timer);
  }, [comparison, path]);

  useEffect(() => {
    const restore = (): void => {
      if (window.location.pathname !== path) return;
      latest.current = comparisonFromSearch(window.location.search);
      setComparison(latest.current);
    };
    window.addEventListener("popstate", restore);
    return () => window.removeEventListener("popstate", restore);
  }, [path]);

  const change = useCallback<ChangeComparison>((part) => {
    const next = { ...latest.current, ...part };
    const moved = searchFromComparison({ ...next, step: null });
    if (moved !== searchFromComparison({ ...latest.current, step: null })) {
      to("replaceState", latest.current); // what one leaves is left as it was last seen
      to("pushState", next);
    }
    latest.current = next;
    setComparison(next);
  }, []);
  return [comparison, change];
}

function to(how: "pushState" | "replaceState", comparison: Comparison): void {
  const search = searchFromComparison(comparison);
  if (how === "replaceState" && window.location.search === search) return;
  window.history[how](window.history.state, "", `${window.location.pathname}${search}${window.location.hash}`);
}
