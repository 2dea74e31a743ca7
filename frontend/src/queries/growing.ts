/** Growing an experiment: where it should, what that costs, and the growth itself. */
import {
  keepPreviousData,
  useMutation,
  useQuery,
  useQueryClient,
  type UseMutationResult,
  type UseQueryResult,
} from "@tanstack/react-query";

import { answered, client } from "../api/client";
import type { Cost, Experiment, Extension, View } from "../api/types";
import { lookedAt } from "./figures";
import { keys } from "./keys";

/** Points near the boundaries of the diagram that the view shows. */
export function useProposal(view: View, count: number): UseQueryResult<Extension[]> {
  const { x, y, colour, step, rule, levels } = view;
  const query = {
    ...lookedAt(view),
    colour,
    levels,
    count,
    ...(x === null ? {} : { x }),
    ...(y === null ? {} : { y }),
    ...(step === null ? {} : { step }),
    ...(rule === null ? {} : { rule }),
  };
  return useQuery({
    queryKey: keys.refinement(view.experiment, query),
    queryFn: ({ signal }) =>
      answered(
        client.GET("/api/experiments/{experiment}/refinement", {
          params: { path: { experiment: view.experiment }, query },
          signal,
        }),
      ),
    placeholderData: keepPreviousData,
  });
}

/** What it would cost to let an experiment grow so; null where there is nothing to ask. */
export function useGrowthCost(experiment: number, extensions: readonly Extension[] | null): UseQueryResult<Cost> {
  const wanted = extensions ?? [];
  return useQuery({
    queryKey: keys.growthCost(experiment, wanted),
    queryFn: ({ signal }) =>
      answered(
        client.POST("/api/experiments/{experiment}/extensions/check", {
          params: { path: { experiment } },
          body: [...wanted],
          signal,
        }),
      ),
    enabled: wanted.length > 0,
    placeholderData: keepPreviousData,
    // a worker may have to try a moment of it before it can tell how long it takes
    refetchInterval: ({ state }) =>
      state.data?.seconds === null && !state.data.refusal && state.data.workers > 0 ? 2000 : false,
  });
}

export function useGrow(experiment: number): UseMutationResult<Experiment, Error, readonly Extension[]> {
  const cache = useQueryClient();
  return useMutation({
    mutationFn: (extensions) =>
      answered(
        client.POST("/api/experiments/{experiment}/extensions", {
          params: { path: { experiment } },
          body: [...extensions],
        }),
      ),
    onSuccess: () => cache.invalidateQueries({ queryKey: keys.experiment(experiment) }),
  });
}
