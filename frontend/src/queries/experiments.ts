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
export function useExperiments(archived = false): UseInfiniteQueryResult<InfiniteData<ExperimentSummary[]>> {
  return useInfiniteQuery({
    queryKey: archived ? keys.archived : keys.experiments,
    initialPageParam: undefined as number | undefined,
    queryFn: ({ pageParam, signal }) => {
      const query = { limit: PAGE, archived, ...(pageParam === undefined ? {} : { before: pageParam }) };
      return answered(client.GET("/api/experiments", { params: { query }, signal }));
    },
    getNextPageParam: (page) => (page.length < PAGE ? undefined : page.at(-1)?.id),
  });
}

export function useExperiment(id: number, enabled = true): UseQueryResult<Experiment> {
  return useQuery({
    enabled,
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

/** Failed, lost and cancelled runs are queued again: all of them (null), or some. */
export function useRequeue(id: number): UseMutationResult<Experiment, Error, readonly number[] | null> {
  const cache = useQueryClient();
  return useMutation({
    mutationFn: (runs) =>
      answered(
        client.POST("/api/experiments/{experiment}/requeue", {
          params: { path: { experiment: id } },
          body: { runs: runs === null ? null : [...runs] },
        }),
      ),
    onSuccess: () => cache.invalidateQueries({ queryKey: keys.experiment(id) }),
  });
}

/** Answers with the notes as they were before. */
export function useWriteNotes(id: number): UseMutationResult<{ notes: string }, Error, string> {
  const cache = useQueryClient();
  return useMutation({
    mutationFn: (notes) =>
      answered(
        client.PUT("/api/experiments/{experiment}/notes", { params: { path: { experiment: id } }, body: { notes } }),
      ),
    onSuccess: () => cache.invalidateQueries({ queryKey: keys.experiment(id), exact: true }),
  });
}

/** Puts an experiment away, or takes it out again. */
export function useArchive(): UseMutationResult<Experiment, Error, { id: number; archived: boolean }> {
  const cache = useQueryClient();
  return useMutation({
    mutationFn: ({ id, archived }) =>
      answered(
        client.PUT("/api/experiments/{experiment}/archived", {
          params: { path: { experiment: id } },
          body: { archived },
        }),
      ),
    onSuccess: () => cache.invalidateQueries({ queryKey: ["experiments"] }),
  });
}
