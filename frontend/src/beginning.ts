/** What the address of a new experiment says it begins with. */
import type { Beginning } from "./queries/drafts";
import { runsFromText } from "./view";

/** `recipe` and `size`, or `experiment`; of an experiment a cell (`run`), a finer grid around it (`around=1`), a fork of
 * the run (`step`, `field`, `value`), or a closer look (`runs`, `begin`, `end`, `count`). */
export function beginningOf(search: URLSearchParams): Beginning {
  const number = (name: string, least = 1): number | null => {
    const given = search.get(name);
    return given !== null && /^\d{1,15}$/.test(given) && Number(given) >= least ? Number(given) : null;
  };
  const step = number("step", 0);
  const field = search.get("field");
  const values = search.getAll("value").map(Number).filter(Number.isFinite);
  const runs = runsFromText(search.get("runs") ?? "");
  const begin = number("begin", 0);
  const end = number("end");
  return {
    recipe: search.get("recipe"),
    size: search.get("size"),
    experiment: number("experiment"),
    run: number("run"),
    around: search.get("around") === "1",
    fork: step !== null && field !== null && values.length > 0 ? { step, field, values } : null,
    microscope:
      runs.length > 0 && begin !== null && end !== null ? { runs, begin, end, count: number("count", 2) ?? 100 } : null,
  };
}
