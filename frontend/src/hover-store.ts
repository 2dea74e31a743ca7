/** The runs under the pointer, wherever it is: every panel and the table mark them. */
import { useSyncExternalStore } from "react";

const NONE: readonly number[] = [];

export class HoverStore {
  private runs: readonly number[] = NONE;
  private listeners = new Set<() => void>();

  readonly subscribe = (listener: () => void): (() => void) => {
    this.listeners.add(listener);
    return () => this.listeners.delete(listener);
  };

  readonly current = (): readonly number[] => this.runs;

  readonly set = (runs: readonly number[]): void => {
    if (runs.length === this.runs.length && runs.every((run, place) => run === this.runs[place])) return;
    this.runs = runs.length === 0 ? NONE : runs;
    for (const listener of this.listeners) listener();
  };
}

export function useIsHovered(store: HoverStore | undefined, run: number): boolean {
  return useSyncExternalStore(store?.subscribe ?? nothing, () => store?.current().includes(run) ?? false);
}

const nothing = (): (() => void) => () => undefined;
