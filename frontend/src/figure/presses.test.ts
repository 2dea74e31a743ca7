import { expect, test } from "vitest";

import { belongTogether, tellPressesApart } from "./presses";

const at = { x: 10, y: 10, plain: true };

test("two plain presses at the same place belong together, and no others", () => {
  expect(belongTogether(at, { ...at, x: 12 })).toBe(true);
  expect(belongTogether(null, at)).toBe(false);
  expect(belongTogether(at, { ...at, x: 40 })).toBe(false);
  expect(belongTogether(at, { ...at, plain: false })).toBe(false);
  expect(belongTogether({ ...at, plain: false }, at)).toBe(false);
});

test("before Plotly hears of a press, the one before it is forgotten where they do not belong together", () => {
  const plot = Object.assign(document.createElement("div"), { _mouseDownTime: 0 });
  const inside = document.createElement("i");
  plot.append(inside);
  const heard: number[] = [];
  let moment = 0;
  inside.addEventListener("mousedown", () => {
    heard.push(plot._mouseDownTime); // what Plotly would find, as it sets it itself
    plot._mouseDownTime = moment += 1;
  });
  const press = (place: number, shiftKey = false): boolean =>
    inside.dispatchEvent(new MouseEvent("mousedown", { clientX: place, clientY: 0, shiftKey, bubbles: true }));
  const stop = tellPressesApart(plot);
  press(0);
  press(0); // a double click
  press(50); // elsewhere
  press(50, true); // with Shift
  press(50); // after one with Shift
  stop();
  press(300);
  expect(heard).toEqual([0, 1, 0, 0, 0, 5]);
});
