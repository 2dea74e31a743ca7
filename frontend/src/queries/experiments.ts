/** Experiments: the list, one, and what can be done to it. */
import {
  useInfiniteQuery,
  useMutation,
  useQuery,
  useQueryClient,
  type UseMutationResult,
  type UseQueryResult,
} from "@tanstack/react-query";
import type { InfiniteData, UseInfiniteQueryResult } from "@tanstack/react-query";

import { answered, client } from "../api/client";
import type { Experiment, ExperimentSummary } from "../api/types";
import { keys } from "./keys";

const PAGE = 12;

/** Newest first, a page at a time. */
export function useExperiments(): UseInfiniteQueryResult<InfiniteData<ExperimentSummary[]>> {
  return useInfiniteQuery({
    queryKey: keys.experiments,
    initialPageParam: undefined as number | undefined,
    queryFn: ({ pageParam, signal }) => {
      const query = pageParam === undefined ? { limit: PAGE } : { limit: PAGE, before: pageParam };
      return answered(client.GET("/api/experiments", { params: { query }, signal }));
    },
    getNextPageParam: (page) => (page.length < PAGE ? undefined : page.at(-1)?.id),
  });
}

export function useExperiment(id: number): UseQueryResult<Experiment> {
  return useQuery({
    queryKey: keys.experiment(id),
    queryFn: ({ signal }) =>
      answered(client.GET("/api/experiments/{experiment}", { params: { path: { experiment: id } }, signal })),
  });
}

interface StartedRecipe {
  recipe: string;
  size: string;
  companion?: string;
}

export function useStartRecipe(): UseMutationResult<Experiment, Error, StartedRecipe> {
  const cache = useQueryClient();
  return useMutation({
    mutationFn: ({ recipe, ...body }) =>
      answered(client.POST("/api/recipes/{name}/experiments", { params: { path: { name: recipe } }, body })),
    onSuccess: (experiment) => {
      cache.setQueryData(keys.experiment(experiment.id), experiment);
      return cache.invalidateQueries({ queryKey: keys.experiments });
    },
  });
}

export function useCancel(id: number): UseMutationResult<Experiment, Error, void> {
  const cache = useQueryClient();
  return useMutation({
    mutationFn: () =>
      answered(client.POST("/api/experiments/{experiment}/cancel", { params: { path: { experiment: id } } })),
    onSuccess: () => cache.invalidateQueries({ queryKey: keys.experiment(id) }),
  });
}

/** Failed, lost and cancelled runs are queued again. */
export function useRequeue(id: number): UseMutationResult<Experiment, Error, void> {
  const cache = useQueryClient();
  return useMutation({
    mutationFn: () =>
      answered(client.POST("/api/experiments/{experiment}/requeue", { params: { path: { experiment: id } } })),
    onSuccess: () => cache.invalidateQueries({ queryKey: keys.experiment(id) }),
  });
}
