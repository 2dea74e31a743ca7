import { afterEach, beforeEach, expect, test, vi } from "vitest";

import { Feed, type Source } from "./events";

class PlayedSource implements Source {
  readyState = 1;
  onopen: Source["onopen"] = null;
  onerror: Source["onerror"] = null;
  closed = false;
  private readonly heard = new Map<string, (event: MessageEvent<string>) => void>();

  addEventListener(name: string, listener: (event: MessageEvent<string>) => void): void {
    this.heard.set(name, listener);
  }

  close(): void {
    this.closed = true;
  }

  tell(name: string, data: string): void {
    this.heard.get(name)?.(new MessageEvent(name, { data }));
  }
}

function playedFeed(renewal: () => Promise<void> = () => Promise.resolve()): {
  feed: Feed;
  sources: PlayedSource[];
  renewed: string[];
  known: Map<string, unknown>;
} {
  const sources: PlayedSource[] = [];
  const renewed: string[] = [];
  const known = new Map<string, unknown>();
  const cache = {
    invalidateQueries: (filter?: { queryKey?: readonly unknown[] }): Promise<void> => {
      renewed.push(JSON.stringify(filter?.queryKey));
      return renewal();
    },
    setQueryData: <Data>(key: readonly unknown[], data: Data): Data => {
      known.set(JSON.stringify(key), data);
      return data;
    },
  } as ConstructorParameters<typeof Feed>[0];
  const feed = new Feed(cache, () => {
    const source = new PlayedSource();
    sources.push(source);
    return source;
  });
  return { feed, sources, renewed, known };
}

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

test("many events of a second make one renewal", async () => {
  const { feed, sources, renewed } = playedFeed();
  const stop = feed.start();
  for (let version = 0; version < 50; version += 1) sources[0]?.tell("experiment", JSON.stringify({ id: 4, version }));
  sources[0]?.tell("worker", "{}");
  await vi.advanceTimersByTimeAsync(1000);
  expect(renewed).toEqual(['["experiments",4]', '["experiments","list"]', '["workers"]']);
  await vi.advanceTimersByTimeAsync(5000);
  expect(renewed).toHaveLength(3);
  stop();
  expect(sources[0]?.closed).toBe(true);
});

test("while a renewal is under way the next one waits, and is not forgotten", async () => {
  let finish = (): void => undefined;
  const slow = (): Promise<void> => new Promise((resolve) => (finish = resolve));
  const { feed, sources, renewed } = playedFeed(slow);
  const stop = feed.start();
  sources[0]?.tell("worker", "{}");
  await vi.advanceTimersByTimeAsync(1000);
  sources[0]?.tell("worker", "{}");
  await vi.advanceTimersByTimeAsync(10_000);
  expect(renewed).toHaveLength(1);
  finish();
  await vi.advanceTimersByTimeAsync(1000);
  expect(renewed).toHaveLength(2);
  stop();
});

test("a lost connection is told, and everything is renewed when it is back", async () => {
  const { feed, sources, renewed } = playedFeed();
  const told: string[] = [];
  feed.subscribe(() => void told.push(feed.current()));
  const stop = feed.start();
  const [source] = sources;
  if (source === undefined) throw new Error("nothing was opened");
  source.onopen?.(new Event("open"));
  source.readyState = 2;
  source.onerror?.(new Event("error"));
  await vi.advanceTimersByTimeAsync(3000);
  expect(sources).toHaveLength(2);
  sources[1]?.onopen?.(new Event("open"));
  await vi.advanceTimersByTimeAsync(1000);
  expect(told).toEqual(["open", "lost", "open"]);
  expect(renewed).toEqual(["[]"]);
  stop();
});

test("an event that cannot be read renews the list only", async () => {
  const { feed, sources, renewed } = playedFeed();
  const stop = feed.start();
  sources[0]?.tell("experiment", "not json");
  await vi.advanceTimersByTimeAsync(1000);
  expect(renewed).toEqual(['["experiments","list"]']);
  stop();
});

test("of an experiment that was deleted nothing is asked, until it is taken back", async () => {
  const { feed, sources, renewed, known } = playedFeed();
  const stop = feed.start();
  sources[0]?.tell("experiment", '{"id": 4, "version": 8}');
  sources[0]?.tell("experiment", '{"id": 4, "version": 9, "deletion": 2}');
  await vi.advanceTimersByTimeAsync(1000);
  expect(renewed).toEqual(['["experiments","list"]']);
  expect(known.get('["gone",4]')).toBe(2);
  sources[0]?.tell("experiment", '{"id": 4, "version": 10}');
  await vi.advanceTimersByTimeAsync(1000);
  expect(known.get('["gone",4]')).toBeNull();
  expect(renewed).toContain('["experiments",4]');
  stop();
});
