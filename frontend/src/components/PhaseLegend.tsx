/** The legend of the phase diagram: how many cells are in each phase at the clock; a click selects their runs. */
import type { ReactElement } from "react";

import type { FigureBody } from "../api/types";
import type { ClockMode } from "../clock";
import { useClock, type ClockStore } from "../clock-store";
import { pictureAt, tally, type Film } from "../figure/film";
import { cellsOf } from "../figure/points";
import { count } from "../format";
import { momentOf } from "./FilmCanvas";

interface Props {
  film: Film | undefined;
  figure: FigureBody | undefined;
  clock: ClockStore;
  mode: ClockMode;
  onPick?: (runs: readonly number[], adding: boolean) => void;
}

const QUIET = "#868e96";

/** Its place is kept also where the colours are no phases: nothing below it jumps. */
export function PhaseLegend({ film, figure, clock, mode, onPick }: Props): ReactElement {
  useClock(clock);
  if (film === undefined || film.names.length === 0) return <div className="phase-legend" />;
  const picture = pictureAt(film, momentOf(clock, mode));
  const found = tally(film, picture);
  const runsOfCode = (code: number): number[] => {
    const cells = cellsOf(figure?.data ?? []).flat();
    return cells.flatMap((runs, cell) => (picture[cell] === code ? [...runs] : []));
  };
  const rest = [
    ["provisional", found.provisional, 0.55],
    [mode === "drop" ? "no drop" : "not started", found.nothing, 0.3],
  ] as const;
  return (
    <div className="phase-legend" role="group" aria-label="Phases: cells in each">
      {film.names.map((name, code) => {
        const many = found.counts[code] ?? 0;
        if (many === 0 && name === "unclassified") return null;
        return (
          <button
            key={name}
            type="button"
            disabled={many === 0 || onPick === undefined}
            aria-label={`${name}: ${count(many)} cells; select their runs`}
            onClick={(event) => onPick?.(runsOfCode(code), event.shiftKey || event.ctrlKey || event.metaKey)}
          >
            <i style={{ background: film.palette[code] }} />
            {name} <b>{count(many)}</b>
          </button>
        );
      })}
      {rest.map(
        ([name, many, opacity]) =>
          many > 0 && (
            <span key={name}>
              <i style={{ background: QUIET, opacity }} />
              {name} <b>{count(many)}</b>
            </span>
          ),
      )}
    </div>
  );
}
