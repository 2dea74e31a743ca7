/** Where the clock stands right now. It moves up to sixty times a second, and only what it moves is drawn again: the
 * view, and with it the address and the server, hear of it once it rests. */
import { useEffect, useState, useSyncExternalStore } from "react";

const REST = 160; // milliseconds without a move after which the clock rests

export class ClockStore {
  private listeners = new Set<() => void>();
  private timer: ReturnType<typeof setTimeout> | undefined;
  private moving = false;

  private onRest: (place: number | null) => void = () => undefined;

  /** `place` is a step, or per cent of the drop's; null is live. */
  constructor(private place: number | null) {}

  readonly subscribe = (listener: () => void): (() => void) => {
    this.listeners.add(listener);
    return () => this.listeners.delete(listener);
  };

  readonly current = (): number | null => this.place;

  /** Whether it has moved since the view last heard of it. */
  readonly isMoving = (): boolean => this.moving;

  tellWhenItRests(listener: (place: number | null) => void): void {
    this.onRest = listener;
  }

  move(place: number | null): void {
    if (place === this.place && this.moving) return;
    this.place = place;
    this.moving = true;
    clearTimeout(this.timer);
    this.timer = setTimeout(() => {
      this.moving = false;
      this.onRest(this.place);
      this.tell();
    }, REST);
    this.tell();
  }

  /** The view says where it stands: after back and forward, or a link. */
  follow(place: number | null): void {
    if (this.moving || place === this.place) return;
    this.place = place;
    this.tell();
  }

  private tell(): void {
    for (const listener of this.listeners) listener();
  }
}

export function useClock(store: ClockStore): number | null {
  return useSyncExternalStore(store.subscribe, store.current);
}

/** The clock of a page whose state says where it stands: it moves at once, and the state hears of it once it rests. */
export function useRestingClock(place: number | null, onRest: (place: number | null) => void): ClockStore {
  const [clock] = useState(() => new ClockStore(place));
  useEffect(() => clock.tellWhenItRests(onRest), [clock, onRest]);
  useEffect(() => clock.follow(place), [clock, place]);
  return clock;
}
