/** Figures, as the server draws them. The last one stays until the next is there, and neighbours are fetched ahead. */
import {
  keepPreviousData,
  queryOptions,
  useQueries,
  useQuery,
  useQueryClient,
  type UseQueryResult,
} from "@tanstack/react-query";
import { useEffect } from "react";

import { answered, client } from "../api/client";
import type { FigureBody, FigureCard, View } from "../api/types";
import { unpacked } from "../figure/arrays";
import { filmOf, type Film } from "../figure/film";
import { shownRun } from "../view";
import { keys } from "./keys";

type Asked = Partial<Omit<View, "experiment">>;

const KEPT_MINUTES = 2;
const unpack = (figure: FigureBody): FigureBody => unpacked(figure) as FigureBody;

/** Every figure that the server can draw, and which fields of a view each looks at. */
export const figureCards = queryOptions({
  queryKey: keys.figures,
  queryFn: ({ signal }) => answered(client.GET("/api/figures", { signal })),
  staleTime: Infinity,
});

export function useFigureCards(): readonly FigureCard[] | undefined {
  return useQuery(figureCards).data;
}

function useFigureCard(figure: string): FigureCard | undefined {
  return useFigureCards()?.find((card) => card.name === figure);
}

/** What of a view a figure is asked with: whatever else changes, the figure is still good. A run is always told, and
 * among the runs. The clock's line is laid over by the page, so that scrubbing asks for nothing that does not move. */
export function askedOf(card: FigureCard | undefined, view: View): Asked {
  const run = shownRun(view);
  const runs = run === null || view.runs.includes(run) ? view.runs : [...view.runs, run];
  const whole: View = { ...view, run, runs };
  const names = (card?.drawn_from ?? []).filter((name): name is keyof Asked => name in whole && name !== "experiment");
  return { ...lookedAt(view), ...told(names, whole) };
}

/** Which runs there are to look at: it holds for every figure, for the table and for the film. A filter may speak of
 * phases, and then the rule of the view says what they are. */
export function lookedAt(view: View): Pick<Asked, "at" | "filter" | "rule"> {
  return told(view.filter === "" ? ["at", "filter"] : ["at", "filter", "rule"], view);
}

/** Without what is not chosen, so that an answer is kept under one name. */
function told(names: readonly (keyof Asked)[], view: View): Asked {
  const some = names.filter((name) => view[name] !== null && String(view[name]) !== "");
  return Object.fromEntries(some.map((name) => [name, view[name]]));
}

function figureOptions(figure: string, card: FigureCard | undefined, view: View) {
  const asked = askedOf(card, view);
  const path = { experiment: view.experiment, figure };
  return queryOptions({
    queryKey: keys.figure(view.experiment, figure, asked),
    queryFn: ({ signal }) =>
      answered(
        client.GET("/api/experiments/{experiment}/figures/{figure}", { params: { path, query: asked }, signal }),
      ).then(unpack),
    gcTime: KEPT_MINUTES * 60_000,
  });
}

export function useFigure(figure: string, view: View, enabled = true): UseQueryResult<FigureBody> {
  const card = useFigureCard(figure);
  return useQuery({
    ...figureOptions(figure, card, view),
    placeholderData: keepPreviousData,
    enabled: enabled && card !== undefined,
  });
}

/** Fetches the phase diagram at the steps where the clock may stand next. */
export function usePhaseDiagramsAhead(view: View, steps: readonly (number | null)[]): void {
  const cache = useQueryClient();
  const card = useFigureCard("phase_diagram");
  useEffect(() => {
    if (card === undefined) return;
    for (const step of steps) {
      cache.query(figureOptions("phase_diagram", card, { ...view, step })).catch(() => undefined); // told when it is shown
    }
  }, [cache, card, view, steps]);
}

const MOVABLE: readonly (keyof Asked)[] = ["step", "layer"]; // of a share; all else is as it was shared

/** A figure of a share: the server draws the stored view; only the clock and the layer may be moved. */
export function useSharedFigure(
  token: string,
  card: FigureCard | undefined,
  moved: Asked,
  live: boolean,
): UseQueryResult<FigureBody> {
  const figure = card?.name ?? "";
  const names = MOVABLE.filter((name) => card?.drawn_from.includes(name) === true);
  const asked = Object.fromEntries(
    names.filter((name) => moved[name] != null).map((name) => [name, moved[name]]),
  ) as Asked;
  return useQuery({
    queryKey: keys.sharedFigure(token, figure, asked),
    queryFn: ({ signal }) =>
      answered(
        client.GET("/api/shared/{token}/figures/{figure}", {
          params: { path: { token, figure }, query: asked },
          signal,
        }),
      ).then(unpack),
    placeholderData: keepPreviousData,
    enabled: card !== undefined,
    refetchInterval: live ? 5000 : false,
    gcTime: KEPT_MINUTES * 60_000,
  });
}

const FILM_KEPT_MINUTES = 5;

/** The phase diagram at every step, for the clock to play; renewed as runs are trained. */
export function useFilm(view: View, enabled = true): UseQueryResult<Film> {
  const card = useFigureCard("phase_diagram");
  return useQuery({
    ...filmOptions(card, view),
    placeholderData: keepPreviousData,
    enabled: enabled && card !== undefined,
  });
}

const NO_FILMS: readonly Film[] = [];

/** The films of small multiples, once all are here; none where the colours of one would not be those of the others. */
export function useFilms(view: View, path: string | null, values: readonly string[]): readonly Film[] {
  const card = useFigureCard("phase_diagram");
  const enabled = card !== undefined && path !== null && view.colour === "phase";
  const parts = values.map((value): View => ({ ...view, at: [...view.at, `${path ?? ""}:${value}`] }));
  return useQueries({
    queries: parts.map((part) => ({ ...filmOptions(card, part), enabled })),
    combine: (found) => {
      const films = found.flatMap(({ data }) => (data === undefined ? [] : [data]));
      return enabled && films.length === values.length ? films : NO_FILMS;
    },
  });
}

function filmOptions(card: FigureCard | undefined, view: View) {
  const { step, runs, run, boundaries, levels, ...asked } = askedOf(card, view); // what moves, and what lies over it
  return queryOptions({
    queryKey: keys.film(view.experiment, asked),
    queryFn: ({ signal }) =>
      answered(
        client.GET("/api/experiments/{experiment}/film", {
          params: { path: { experiment: view.experiment }, query: asked },
          signal,
        }),
      ).then(filmOf),
    gcTime: FILM_KEPT_MINUTES * 60_000,
  });
}

export function useSharedFilm(token: string, live: boolean, enabled = true): UseQueryResult<Film> {
  return useQuery({
    enabled,
    queryKey: keys.sharedFilm(token),
    queryFn: ({ signal }) =>
      answered(client.GET("/api/shared/{token}/film", { params: { path: { token } }, signal })).then(filmOf),
    refetchInterval: live ? 10_000 : false,
  });
}

export interface Files {
  address: string;
  query: string;
}

/** Where a figure's values, and the figure as a page of its own, are saved from: as it is at the clock. */
export function filesOf(card: FigureCard, view: View): Files {
  const query = new URLSearchParams(
    Object.entries({ ...askedOf(card, view), ...told(["step"], view) }).flatMap(([name, value]) =>
      (Array.isArray(value) ? value : [value]).map((one): [string, string] => [name, String(one)]),
    ),
  );
  return { address: `/api/experiments/${view.experiment}/figures/${card.name}`, query: `?${query}` };
}

/** The same of a share, where only the clock and the layer may be moved. */
export function sharedFiles(address: string, { step, layer }: Pick<View, "step" | "layer">): Files {
  const query = new URLSearchParams();
  if (step !== null) query.set("step", String(step));
  if (layer !== null) query.set("layer", layer);
  return { address, query: `?${query}` };
}
