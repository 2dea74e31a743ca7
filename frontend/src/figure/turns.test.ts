import { expect, test } from "vitest";

import { turn } from "./turns";

test("what is urgent comes between two that wait for their turns", async () => {
  const order: string[] = [];
  const wait = async (name: string): Promise<void> => {
    await turn();
    order.push(name);
    if (name === "first") setTimeout(() => order.push("urgent"));
  };
  await Promise.all([wait("first"), wait("second"), wait("third")]);
  expect(order).toEqual(["first", "urgent", "second", "third"]);
});
