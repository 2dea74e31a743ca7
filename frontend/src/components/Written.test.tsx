import { render, screen } from "@testing-library/react";
import { expect, test } from "vitest";

import { Written } from "./Written";

test("what stands between backticks is code, the rest is text", () => {
  const { container } = render(<Written text="The intervention `task_sequence` on `pair` goes on." />);
  expect(container.textContent).toBe("The intervention task_sequence on pair goes on.");
  expect(screen.getAllByText(/^(task_sequence|pair)$/).map((one) => one.tagName)).toEqual(["CODE", "CODE"]);
});
