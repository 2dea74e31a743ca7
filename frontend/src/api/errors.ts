/** What went wrong, in the server's own words. */
import type { ErrorBody, Problem } from "./types";

export type { Problem };
export type ErrorKind = ErrorBody["error"]["kind"] | "unreachable" | "broken";

export class ApiError extends Error {
  readonly kind: ErrorKind;
  readonly problems: readonly Problem[];

  constructor(kind: ErrorKind, message: string, problems: readonly Problem[] = []) {
    super(message);
    this.name = "ApiError";
    this.kind = kind;
    this.problems = problems;
  }
}

export const UNREACHABLE = (): ApiError =>
  new ApiError("unreachable", "The server does not answer. Is Phasescope still running where you started it?");

/** An error from what the server sent, whatever it is. */
export function describeFailure(status: number, body: unknown): ApiError {
  if (isErrorBody(body)) return new ApiError(body.error.kind, body.error.message, body.error.problems);
  if (status === 502 || status === 503 || status === 504) return UNREACHABLE();
  return new ApiError("broken", `The server answered ${status} without saying why. Its own output may tell more.`);
}

function isErrorBody(body: unknown): body is ErrorBody {
  if (typeof body !== "object" || body === null || !("error" in body)) return false;
  const { error } = body;
  return typeof error === "object" && error !== null && "message" in error && "problems" in error;
}
