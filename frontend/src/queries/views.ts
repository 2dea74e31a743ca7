/** Kept views: long addresses under short names. */
import {
  useMutation,
  useQuery,
  useQueryClient,
  type UseMutationResult,
  type UseQueryResult,
} from "@tanstack/react-query";

import { answered, client } from "../api/client";
import type { KeptView, KeptViewCard } from "../api/types";
import { keys } from "./keys";

export function useKeptView(name: string): UseQueryResult<KeptView> {
  return useQuery({
    queryKey: keys.keptView(name),
    queryFn: ({ signal }) => answered(client.GET("/api/views/{name}", { params: { path: { name } }, signal })),
    staleTime: Infinity,
  });
}

/** Every short link that opens something, the newest first. */
export function useKeptViews(): UseQueryResult<KeptViewCard[]> {
  return useQuery({
    queryKey: keys.keptViews,
    queryFn: ({ signal }) => answered(client.GET("/api/views", { signal })),
  });
}

export function useKeepView(): UseMutationResult<KeptView, Error, string> {
  const cache = useQueryClient();
  return useMutation({
    mutationFn: (address) => answered(client.POST("/api/views", { body: { address } })),
    onSuccess: () => cache.invalidateQueries({ queryKey: keys.keptViews, exact: true }),
  });
}
