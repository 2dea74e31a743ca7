/** Figures that can wait are drawn one after the other, with a moment between for whatever is more urgent. */
let last: Promise<void> = Promise.resolve();

/** Resolves when it is one's turn to draw. */
export function turn(): Promise<void> {
  const before = last;
  last = before.then(() => new Promise((resolve) => setTimeout(resolve)));
  return last;
}
