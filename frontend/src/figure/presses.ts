/** Plotly takes two presses within its delay for a double click, wherever they are and whatever key is held. Here they
 * are one only where both are plain and at the same place: a shift-click soon after a click selects. */
const NEAR = 5; // pixels

export interface Press {
  x: number;
  y: number;
  plain: boolean; // without Shift, Ctrl or ⌘
}

export function belongTogether(before: Press | null, now: Press): boolean {
  return before !== null && before.plain && now.plain && Math.hypot(now.x - before.x, now.y - before.y) <= NEAR;
}

/** Where Plotly keeps the moment of the last press. */
interface Pressed extends HTMLElement {
  _mouseDownTime?: number;
}

/** Plotly forgets a press that the next one does not belong to. Gives back how to stop. */
export function tellPressesApart(element: Pressed): () => void {
  let before: Press | null = null;
  const onPress = (event: MouseEvent): void => {
    const now = { x: event.clientX, y: event.clientY, plain: !(event.shiftKey || event.ctrlKey || event.metaKey) };
    if (!belongTogether(before, now) && element._mouseDownTime !== undefined) element._mouseDownTime = 0;
    before = now;
  };
  element.addEventListener("mousedown", onPress, true); // before Plotly hears of it, which listens further inside
  return () => element.removeEventListener("mousedown", onPress, true);
}
