/** The one place that speaks HTTP: typed by the server's OpenAPI, failing with sentences. */
import createClient from "openapi-fetch";

import { describeFailure, UNREACHABLE } from "./errors";
import type { paths } from "./schema";

/** fetch is looked up at each call, so that a test may put its own in place. */
export const client = createClient<paths>({
  baseUrl: window.location.origin,
  fetch: (request) => globalThis.fetch(request),
});

interface Answer<Body> {
  data?: Body;
  error?: unknown;
  response: Response;
}

/** The body of an answer; throws ApiError, also when nobody answered. */
export async function answered<Body>(call: Promise<Answer<Body>>): Promise<Body> {
  let answer: Answer<Body>;
  try {
    answer = await call;
  } catch (cause) {
    if (cause instanceof DOMException && cause.name === "AbortError") throw cause;
    throw UNREACHABLE();
  }
  if (answer.data === undefined) throw describeFailure(answer.response.status, answer.error);
  return answer.data;
}
