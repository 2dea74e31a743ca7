/** The server tells what changed; what is on screen is fetched again, but never more often than it can be drawn. */
import type { QueryClient } from "@tanstack/react-query";
import { useSyncExternalStore } from "react";

import { isObject } from "./figure/arrays";
import { keys } from "./queries/keys";

export type Connection = "connecting" | "open" | "lost";
type Key = readonly unknown[];

const APART = 1000; // milliseconds between two renewals
const AGAIN = 3000; // until a source that gave up is opened anew

/** The part of EventSource that is used, so that a test may play one. */
export interface Source {
  readyState: number;
  onopen: ((event: Event) => unknown) | null;
  onerror: ((event: Event) => unknown) | null;
  addEventListener(name: string, listener: (event: MessageEvent<string>) => void): void;
  close(): void;
}

export class Feed {
  private connection: Connection = "connecting";
  private readonly listeners = new Set<() => void>();
  private readonly due = new Map<string, Key>();
  private source: Source | null = null;
  private timer: ReturnType<typeof setTimeout> | undefined;
  private reopening: ReturnType<typeof setTimeout> | undefined;
  private renewing = false;

  constructor(
    private readonly cache: Pick<QueryClient, "invalidateQueries" | "setQueryData">,
    private readonly open: () => Source = () => new EventSource("/api/events"),
  ) {}

  start(): () => void {
    this.listen();
    document.addEventListener("visibilitychange", this.schedule);
    return () => {
      document.removeEventListener("visibilitychange", this.schedule);
      clearTimeout(this.timer);
      clearTimeout(this.reopening);
      this.timer = undefined;
      this.source?.close();
      this.source = null;
    };
  }

  readonly subscribe = (listener: () => void): (() => void) => {
    this.listeners.add(listener);
    return () => this.listeners.delete(listener);
  };

  readonly current = (): Connection => this.connection;

  private listen(): void {
    const source = this.open();
    this.source = source;
    source.onopen = () => {
      if (this.connection === "lost") this.mark([]); // whatever happened meanwhile was not told
      this.become("open");
    };
    source.onerror = () => {
      this.become("lost");
      if (source.readyState !== 2) return; // it tries again by itself
      source.close();
      this.reopening = setTimeout(() => this.listen(), AGAIN);
    };
    source.addEventListener("experiment", (event) => {
      const { id, deletion = null } = toldBy(event.data);
      if (id !== undefined) {
        this.cache.setQueryData(keys.gone(id), deletion);
        if (deletion === null)
          this.mark(keys.experiment(id)); // else nothing of it can be asked
        else this.due.delete(JSON.stringify(keys.experiment(id)));
      }
      this.mark(keys.experiments);
    });
    source.addEventListener("worker", () => this.mark(keys.workers));
  }

  private become(connection: Connection): void {
    if (this.connection === connection) return;
    this.connection = connection;
    for (const listener of this.listeners) listener();
  }

  private mark(key: Key): void {
    this.due.set(JSON.stringify(key), key);
    this.schedule();
  }

  private readonly schedule = (): void => {
    if (this.due.size === 0 || this.timer !== undefined || this.renewing || document.hidden) return;
    this.timer = setTimeout(() => void this.renew(), APART);
  };

  /** Waits for what it asked for, so that a slow server is not asked faster than it answers. */
  private async renew(): Promise<void> {
    this.timer = undefined;
    this.renewing = true;
    const due = [...this.due.values()];
    this.due.clear();
    await Promise.allSettled(
      due.map((queryKey) => this.cache.invalidateQueries({ queryKey }, { cancelRefetch: false })),
    );
    this.renewing = false;
    this.schedule();
  }
}

/** The experiment that an event speaks of, and the deletion that took it away. */
function toldBy(data: string): { id?: number; deletion?: number } {
  try {
    const told: unknown = JSON.parse(data);
    if (!isObject(told)) return {};
    const { id, deletion } = told;
    return { ...(typeof id === "number" ? { id } : {}), ...(typeof deletion === "number" ? { deletion } : {}) };
  } catch {
    return {};
  }
}

export function useConnection(feed: Feed): Connection {
  return useSyncExternalStore(feed.subscribe, feed.current);
}
