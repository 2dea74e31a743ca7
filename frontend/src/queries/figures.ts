/** Figures, as the server draws them. The last one stays until the next is there, and neighbours are fetched ahead. */
import { keepPreviousData, queryOptions, useQuery, useQueryClient, type UseQueryResult } from "@tanstack/react-query";
import { useEffect } from "react";

import { answered, client } from "../api/client";
import type { FigureBody, View } from "../api/types";
import { unpacked } from "../figure/arrays";
import { keys } from "./keys";

export type FigureName = "phase_diagram" | "curves" | "drift";
type Asked = Partial<Omit<View, "experiment">>;

/** What of a view each figure is drawn from: whatever else changes, the figure is still good. The clock's line on
 * curves is laid over them here, so that scrubbing asks for nothing but the phase diagram. */
const DRAWN_FROM: Readonly<Record<FigureName, readonly (keyof Asked)[]>> = {
  phase_diagram: ["x", "y", "colour", "step", "runs"],
  curves: ["runs", "series", "step_scale"],
  drift: ["run", "layer", "step_scale"],
};

export function askedOf(figure: FigureName, view: View): Asked {
  const given = DRAWN_FROM[figure].filter((name) => view[name] !== null).map((name) => [name, view[name]]);
  return Object.fromEntries(given) as Asked;
}

const KEPT_MINUTES = 2;
const unpack = (figure: FigureBody): FigureBody => unpacked(figure) as FigureBody;

function figureOptions(figure: FigureName, view: View) {
  const asked = askedOf(figure, view);
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

export function useFigure(figure: FigureName, view: View, enabled = true): UseQueryResult<FigureBody> {
  return useQuery({ ...figureOptions(figure, view), placeholderData: keepPreviousData, enabled });
}

/** Fetches the phase diagram at the steps where the clock may stand next. */
export function usePhaseDiagramsAhead(view: View, steps: readonly number[]): void {
  const cache = useQueryClient();
  useEffect(() => {
    for (const step of steps) {
      cache.query(figureOptions("phase_diagram", { ...view, step })).catch(() => undefined); // told when it is shown
    }
  }, [cache, view, steps]);
}

/** A figure of a share: the server draws the stored view; only the clock and the layer may be moved. */
export function useSharedFigure(
  token: string,
  figure: FigureName,
  moved: Asked,
  live: boolean,
): UseQueryResult<FigureBody> {
  const names: readonly (keyof Asked)[] = figure === "phase_diagram" ? ["step"] : figure === "drift" ? ["layer"] : [];
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
    refetchInterval: live ? 5000 : false,
    gcTime: KEPT_MINUTES * 60_000,
  });
}
