/** What went wrong, in words, and a way on: for an answer that did not come, and for a page that broke. */
import { Button } from "@mantine/core";
import { Component, type ReactElement, type ReactNode } from "react";

import { ApiError } from "../api/errors";

export function Failure({ error, retry }: { error: Error; retry?: () => unknown }): ReactElement {
  const problems = error instanceof ApiError ? error.problems : [];
  const told = problems.some((problem) => error.message.includes(problem.sentence));
  return (
    <div className="failure" role="alert">
      <p>{error.message}</p>
      {!told && problems.length > 0 && (
        <ul>
          {problems.map((problem) => (
            <li key={problem.field + problem.sentence}>{problem.sentence}</li>
          ))}
        </ul>
      )}
      {retry !== undefined && (
        <Button variant="default" onClick={() => void retry()}>
          Try again
        </Button>
      )}
    </div>
  );
}

/** The last net: a fault in the page itself is told, and the rest of the house stays reachable. */
export class Net extends Component<{ children: ReactNode }, { error: Error | null }> {
  override readonly state: { error: Error | null } = { error: null };

  static getDerivedStateFromError(error: unknown): { error: Error } {
    return { error: error instanceof Error ? error : new Error(String(error)) };
  }

  override render(): ReactNode {
    const { error } = this.state;
    if (error === null) return this.props.children;
    return (
      <main className="page narrow">
        <h1>This page broke</h1>
        <p>
          Nothing that was trained is lost. What the browser said: <q>{error.message}</q>
        </p>
        <Button onClick={() => window.location.reload()}>Load the page again</Button>
      </main>
    );
  }
}
