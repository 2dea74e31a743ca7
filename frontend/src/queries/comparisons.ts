/** Comparisons: who stands there, and the figures over all of them. */
import { keepPreviousData, useQuery, type UseQueryResult } from "@tanstack/react-query";

import { answered, client } from "../api/client";
import type { Comparison, ComparisonBody, ComparisonCard, FigureBody, FigureCard, Side } from "../api/types";
import { askedOfComparison, askedOfSide } from "../comparison";
import { unpacked } from "../figure/arrays";
import { keys } from "./keys";

const KEPT = 120_000; // milliseconds
const unpack = (figure: FigureBody): FigureBody => unpacked(figure) as FigureBody;

/** Renewed with the experiments: it hangs under their name. */
export function useComparison(comparison: Comparison): UseQueryResult<ComparisonBody> {
  const asked = askedOfComparison(comparison, []) as { with: string[] };
  return useQuery({
    queryKey: keys.comparison(asked),
    queryFn: ({ signal }) => answered(client.GET("/api/comparisons", { params: { query: asked }, signal })),
    placeholderData: keepPreviousData,
    enabled: comparison.sides.length > 0,
  });
}

/** A figure over all sides; of a share, when there is a token. */
export function useComparisonFigure(
  card: ComparisonCard,
  comparison: Comparison,
  token: string | null,
): UseQueryResult<FigureBody> {
  const asked = askedOfComparison(comparison, card.drawn_from) as { with: string[] };
  const figure = card.name;
  return useQuery({
    queryKey: token === null ? keys.comparisonFigure(figure, asked) : keys.sharedFigure(token, figure, {}),
    queryFn: ({ signal }) =>
      answered(
        token === null
          ? client.GET("/api/comparisons/figures/{figure}", { params: { path: { figure }, query: asked }, signal })
          : client.GET("/api/shared/{token}/comparison/{figure}", { params: { path: { token, figure } }, signal }),
      ).then(unpack),
    placeholderData: keepPreviousData,
    gcTime: KEPT,
  });
}

/** A figure of one side, as its own page would draw it; of a group, what its runs have in common. */
export function useSideFigure(
  card: FigureCard,
  comparison: Comparison,
  side: Side,
  place: number,
  token: string | null,
): UseQueryResult<FigureBody> {
  const figure = card.name;
  const asked = askedOfSide(comparison, side, card.drawn_from) as { with: string[] };
  const moved = Object.fromEntries(Object.entries(asked).filter(([name]) => name === "step" || name === "layer"));
  return useQuery({
    queryKey: token === null ? keys.side(figure, asked) : keys.sharedSide(token, place, figure, moved),
    queryFn: ({ signal }) =>
      answered(
        token === null
          ? client.GET("/api/comparisons/sides/{figure}", { params: { path: { figure }, query: asked }, signal })
          : client.GET("/api/shared/{token}/sides/{side}/{figure}", {
              params: { path: { token, side: place + 1, figure }, query: moved },
              signal,
            }),
      ).then(unpack),
    placeholderData: keepPreviousData,
    gcTime: KEPT,
  });
}
