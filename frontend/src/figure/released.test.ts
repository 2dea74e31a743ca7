import { expect, test } from "vitest";

import { released } from "./released";

test("what a button is pressed on waits until it is let go, and nothing else does", async () => {
  const [one, other] = [document.createElement("div"), document.createElement("div")];
  document.body.append(one, other);
  one.dispatchEvent(new Event("pointerdown", { bubbles: true }));
  await released(other);
  let free = false;
  const later = released(one).then(() => (free = true));
  await new Promise((resolve) => setTimeout(resolve, 5));
  expect(free).toBe(false);
  one.dispatchEvent(new Event("pointerup", { bubbles: true }));
  await later;
  expect(free).toBe(true);
});
