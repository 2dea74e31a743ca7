/** A draft that is being written outlives a reload of its page; it is forgotten once it is started, or begun anew. */
import type { Source } from "./queries/drafts";
import { isObject } from "./figure/arrays";

const key = (search: string): string => `draft ${search}`;

export function keepDraft(search: string, source: Source): void {
  try {
    sessionStorage.setItem(key(search), JSON.stringify(source));
  } catch {
    // no place is left, or none is allowed: then it lives as long as the page
  }
}

export function forgetDraft(search: string): void {
  sessionStorage.removeItem(key(search));
}

/** What was being written at this address; null where nothing was, or nothing that can be read. */
export function keptDraft(search: string): Source | null {
  const text = sessionStorage.getItem(key(search));
  if (text === null) return null;
  try {
    const found: unknown = JSON.parse(text);
    if (!isObject(found)) return null;
    if (found["kind"] === "text" && typeof found["text"] === "string") return { kind: "text", text: found["text"] };
    return found["kind"] === "form" && isObject(found["data"]) ? { kind: "form", data: found["data"] } : null;
  } catch {
    return null;
  }
}
