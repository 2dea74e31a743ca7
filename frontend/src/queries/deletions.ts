/** Deletions: what was put away and then deleted, until it is taken back or purged. */
import {
  useMutation,
  useQuery,
  useQueryClient,
  type UseMutationResult,
  type UseQueryResult,
} from "@tanstack/react-query";

import { answered, client } from "../api/client";
import type { Deletion } from "../api/types";
import { counted } from "../format";
import { useToast } from "../toasts";
import { keys } from "./keys";

export interface ToDelete {
  experiment: number | null;
  runs: number[] | null;
  share: number | null;
  view: string | null; // the name of a short link
}

export function useDeletions(): UseQueryResult<Deletion[]> {
  return useQuery({
    queryKey: keys.deletions,
    queryFn: ({ signal }) => answered(client.GET("/api/deletions", { signal })),
  });
}

/** The deletion that took an experiment away while its page is open; null while it is there. Never asked: it is told. */
export function useGone(experiment: number): number | null {
  const query = { queryKey: keys.gone(experiment), queryFn: () => null, enabled: false, gcTime: Infinity };
  return useQuery<number | null>(query).data ?? null;
}

/** Deletes, says so, and offers the way back. */
export function useDelete(): UseMutationResult<Deletion, Error, ToDelete> {
  const renew = useRenew();
  const say = useToast();
  const back = useTakeBack();
  return useMutation({
    mutationFn: (body) => answered(client.POST("/api/deletions", { body })),
    onSuccess: (deletion) => {
      say(`Deleted: ${whatOf(deletion)}.`, () => back.mutate(deletion.id));
      return renew(deletion);
    },
    onError: (error) => say(error.message),
  });
}

export function useTakeBack(): UseMutationResult<Deletion, Error, number> {
  const renew = useRenew();
  const say = useToast();
  return useMutation({
    mutationFn: (deletion) => answered(client.DELETE("/api/deletions/{deletion}", { params: { path: { deletion } } })),
    onSuccess: (deletion) => {
      say(`Back again: ${whatOf(deletion)}.`);
      return renew(deletion);
    },
    onError: (error) => say(error.message),
  });
}

/** `3 runs of A family`, `the link Look here`, `A family` */
export function whatOf({ name, runs, share, view }: Pick<Deletion, "name" | "runs" | "share" | "view">): string {
  if (share !== null || view !== null) return `the link ${name}`;
  return runs === null ? name : `${counted(runs, "run")} of ${name}`;
}

/** Of an experiment that was deleted whole nothing is asked any more but the lists that it has left. */
function useRenew(): (deletion: Deletion) => Promise<unknown> {
  const cache = useQueryClient();
  return ({ experiment, runs, share, view }) => {
    const stale: (readonly unknown[])[] = [keys.experiments];
    if (experiment !== null && runs !== null) stale.push(keys.experiment(experiment));
    if (share !== null) stale.push(keys.shares);
    if (view !== null) stale.push(keys.keptViews);
    return Promise.all(stale.map((queryKey) => cache.invalidateQueries({ queryKey })));
  };
}
