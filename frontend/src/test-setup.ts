/** What jsdom lacks and Mantine asks for. */
import { cleanup, configure } from "@testing-library/react";
import { afterEach } from "vitest";

afterEach(cleanup);
configure({ asyncUtilTimeout: 20_000 }); // a busy machine is slow, and that is no fault of the page

class StillObserver implements ResizeObserver, IntersectionObserver {
  readonly root = null;
  readonly rootMargin = "";
  readonly scrollMargin = "";
  readonly thresholds = [];
  observe(): void {
    // nothing moves in jsdom
  }
  unobserve(): void {
    // nothing moves in jsdom
  }
  disconnect(): void {
    // nothing moves in jsdom
  }
  takeRecords(): IntersectionObserverEntry[] {
    return [];
  }
}

window.ResizeObserver = StillObserver;
window.IntersectionObserver = StillObserver;
window.matchMedia = (query): MediaQueryList => {
  const list: MediaQueryList = Object.assign(new EventTarget(), {
    matches: false,
    media: query,
    onchange: null,
    addListener: () => undefined,
    removeListener: () => undefined,
  });
  return list;
};
Element.prototype.scrollIntoView = (): void => undefined;
