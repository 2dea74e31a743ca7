/** Drafts: begun, turned from form to text and back, checked, started. */
import {
  keepPreviousData,
  useMutation,
  useQuery,
  useQueryClient,
  type UseMutationResult,
  type UseQueryResult,
} from "@tanstack/react-query";

import { answered, client } from "../api/client";
import type { Catalogue, Draft, Experiment } from "../api/types";
import type { Data } from "../settings";
import { keys } from "./keys";

/** What a draft begins with. */
export interface Beginning {
  recipe: string | null;
  size: string | null;
  experiment: number | null;
  run: number | null;
  around: boolean;
  fork: { step: number; field: string; values: number[] } | null; // the run again, otherwise from a step on
  microscope: { runs: number[]; begin: number; end: number; count: number } | null; // a closer look at an interval
}

type Sent = NonNullable<Draft["data"]>;
const sent = (data: Data): Sent => data; // it came from JSON, or from a field of the form

export function useCatalogue(): UseQueryResult<Catalogue> {
  return useQuery({
    queryKey: keys.catalogue,
    queryFn: ({ signal }) => answered(client.GET("/api/catalogue", { signal })),
  });
}

/** The JSON schema of an experiment. */
export function useDraftSchema(): UseQueryResult<Record<string, unknown>> {
  return useQuery({
    queryKey: keys.draftSchema,
    queryFn: ({ signal }) => answered(client.GET("/api/drafts/schema", { signal })),
  });
}

export function useBeginning(beginning: Beginning): UseQueryResult<Draft> {
  return useQuery({
    queryKey: keys.beginning(beginning),
    queryFn: ({ signal }) => begun(beginning, signal),
    staleTime: Infinity,
  });
}

function begun(beginning: Beginning, signal: AbortSignal): Promise<Draft> {
  const { recipe, size, experiment, run, around, fork, microscope } = beginning;
  const both = (data: Data): Promise<Draft> =>
    answered(client.POST("/api/drafts", { body: { data: sent(data) }, signal }));
  const path = { experiment: experiment ?? 0 };
  if (experiment !== null && fork !== null && run !== null) {
    const query = { run, step: fork.step, field: fork.field, value: fork.values };
    return answered(client.GET("/api/experiments/{experiment}/fork", { params: { path, query }, signal })).then(both);
  }
  if (experiment !== null && microscope !== null) {
    const params = { path, query: microscope };
    return answered(client.GET("/api/experiments/{experiment}/microscope", { params, signal })).then(both);
  }
  if (recipe !== null)
    return answered(
      client.GET("/api/drafts/recipes/{name}", {
        params: { path: { name: recipe }, query: { size: size ?? "small" } },
        signal,
      }),
    );
  if (experiment !== null)
    return answered(
      client.GET("/api/drafts/experiments/{experiment}", {
        params: { path, query: run === null ? {} : { run, around } },
        signal,
      }),
    );
  return both(EMPTY);
}

const EMPTY: Data = {
  name: "My experiment",
  task: { name: "modular_arithmetic", modulus: 31 },
  model: { name: "mlp" },
  optimizer: { name: "adamw" },
  steps: 2000,
  checkpoints: { log_spaced: 60 },
  axes: [{ path: "optimizer.weight_decay", log: [0.01, 10, 6] }],
};

export type Source = { kind: "form"; data: Data } | { kind: "text"; text: string };

/** The draft in both forms, whichever one was edited last, with what is wrong with it or what it costs. */
export function useDraft(source: Source): UseQueryResult<Draft> {
  return useQuery({
    queryKey: keys.draft(source),
    queryFn: ({ signal }) => {
      const body = source.kind === "form" ? { data: sent(source.data) } : { text: source.text };
      return answered(client.POST("/api/drafts", { body, signal }));
    },
    placeholderData: keepPreviousData,
    gcTime: 60_000,
    // a worker may have to try a moment of it before it can tell how long it takes
    refetchInterval: ({ state }) => (state.data?.cost?.seconds === null && !state.data.cost.refusal ? 2000 : false),
  });
}

export function useStart(): UseMutationResult<Experiment, Error, Data> {
  const cache = useQueryClient();
  return useMutation({
    mutationFn: (data) => answered(client.POST("/api/experiments", { body: sent(data) })),
    onSuccess: (experiment) => {
      cache.setQueryData(keys.experiment(experiment.id), experiment);
      return cache.invalidateQueries({ queryKey: keys.experiments });
    },
  });
}
