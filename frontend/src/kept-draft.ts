/** A draft that is being written stands in the address of its page, behind the `#`: it outlives a reload, and who opens
 * the link sees the same draft. A long address has a short name (`CopyLink`). */
import type { Source } from "./queries/drafts";
import { isObject } from "./figure/arrays";

/** `#form={…}` or `#text=…`: as it was written, in the form or as text. */
export function hashOfDraft(source: Source): string {
  const [kind, written] = source.kind === "text" ? ["text", source.text] : ["form", JSON.stringify(source.data)];
  return `#${kind}=${encodeURIComponent(written)}`;
}

/** The draft of an address; null where it has none, or none that can be read. */
export function draftOfHash(hash: string): Source | null {
  const [, kind, written = ""] = /^#(form|text)=(.*)$/s.exec(hash) ?? [];
  if (kind === undefined) return null;
  try {
    const text = decodeURIComponent(written);
    if (kind === "text") return { kind, text };
    const data: unknown = JSON.parse(text);
    return isObject(data) ? { kind: "form", data } : null;
  } catch {
    return null;
  }
}

const APART = 250; // milliseconds; browsers refuse more than about 200 writes in 30 seconds

/** Writes a draft, or nothing, into the address: at once, and then no more often than a browser takes it. */
export function draftWriter(write: (hash: string) => void): { keep: (hash: string) => void; stop: () => void } {
  let last = -Infinity;
  let timer: ReturnType<typeof setTimeout> | undefined;
  const now = (hash: string): void => {
    last = Date.now();
    write(hash);
  };
  return {
    keep: (hash) => {
      clearTimeout(timer);
      const wait = last + APART - Date.now();
      if (wait <= 0) now(hash);
      else timer = setTimeout(() => now(hash), wait);
    },
    stop: () => clearTimeout(timer),
  };
}

/** The address of the page with another draft behind it; the router does not hear of it, and nothing is remounted. */
export function writeDraft(hash: string): void {
  const { pathname, search } = window.location;
  window.history.replaceState(window.history.state, "", pathname + search + hash);
}
