/** The events of one series of one run, what a person said about them, and the series itself. */
import {
  useMutation,
  useQuery,
  useQueryClient,
  type UseMutationResult,
  type UseQueryResult,
} from "@tanstack/react-query";

import { answered, client } from "../api/client";
import type { Correction, FoundEvents, SeriesValues } from "../api/types";
import { keys } from "./keys";

export interface OfSeries {
  experiment: number;
  run: number;
  series: string;
  time: "log" | "linear";
}

export function useFoundEvents({ experiment, run, series, time }: OfSeries): UseQueryResult<FoundEvents> {
  const params = { path: { run, name: series }, query: { time } };
  return useQuery({
    queryKey: keys.events(experiment, run, series, time),
    queryFn: ({ signal }) => answered(client.GET("/api/runs/{run}/series/{name}/events", { params, signal })),
  });
}

export function useSeries({ experiment, run, series }: OfSeries): UseQueryResult<SeriesValues> {
  const params = { path: { run, name: series } };
  return useQuery({
    queryKey: keys.series(experiment, run, series),
    queryFn: ({ signal }) => answered(client.GET("/api/runs/{run}/series/{name}", { params, signal })),
  });
}

/** Keeps a correction in the place of an older one; null takes it back, and what was found holds again. */
export function useCorrect(of: OfSeries): UseMutationResult<FoundEvents, Error, Correction | null> {
  const { experiment, run, series, time } = of;
  const cache = useQueryClient();
  const params = { path: { run, name: series }, query: { time } };
  return useMutation({
    mutationFn: (correction) =>
      answered(
        correction === null
          ? client.DELETE("/api/runs/{run}/series/{name}/events", { params })
          : client.PUT("/api/runs/{run}/series/{name}/events", { params, body: correction }),
      ),
    onSuccess: () => cache.invalidateQueries({ queryKey: keys.experiment(experiment) }),
  });
}
