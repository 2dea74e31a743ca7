/** The runs of an experiment as columns, what is known of them, and what people write on them. */
import {
  keepPreviousData,
  useMutation,
  useQuery,
  useQueryClient,
  type UseMutationResult,
  type UseQueryResult,
} from "@tanstack/react-query";

import { answered, client } from "../api/client";
import type { FieldCard, Marks, MarksChange, RunTable, View } from "../api/types";
import { lookedAt } from "./figures";
import { keys } from "./keys";

/** Runs that the view looks at. Asked by step only where values at the step are listed. */
export function useRunTable(view: View, columns: readonly string[], enabled = true): UseQueryResult<RunTable> {
  const at = view.value === "step" && view.step !== null ? { step: view.step } : {};
  const rule = view.rule === null ? {} : { rule: view.rule };
  const asked = { ...lookedAt(view), ...rule, ...at, columns: [...columns], value: view.value };
  const path = { experiment: view.experiment };
  return useQuery({
    enabled,
    queryKey: keys.table(view.experiment, asked),
    queryFn: ({ signal }) =>
      answered(client.GET("/api/experiments/{experiment}/table", { params: { path, query: asked }, signal })),
    placeholderData: keepPreviousData,
  });
}

/** Everything that runs can be coloured, filtered, sorted and grouped by. */
export function useFields(experiment: number): UseQueryResult<FieldCard[]> {
  return useQuery({
    queryKey: keys.fields(experiment),
    queryFn: ({ signal }) =>
      answered(client.GET("/api/experiments/{experiment}/fields", { params: { path: { experiment } }, signal })),
  });
}

/** Answers with the marks as they were before. */
export function useChangeMarks(experiment: number): UseMutationResult<Marks[], Error, MarksChange> {
  const cache = useQueryClient();
  return useMutation({
    mutationFn: (body) => answered(client.PATCH("/api/runs/marks", { body })),
    onSuccess: () => cache.invalidateQueries({ queryKey: keys.experiment(experiment) }),
  });
}

/** Whether a filter or a phase rule can be read, before anything is asked with it: null, or what is wrong with it. */
export async function problemOf(
  experiment: number,
  query: { filter: string; rule?: string } | { rule: string },
): Promise<string | null> {
  const params = { path: { experiment }, query };
  return (await answered(client.GET("/api/experiments/{experiment}/filter", { params }))).problem;
}
