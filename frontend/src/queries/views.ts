/** Kept views: long addresses under short names. */
import { useMutation, useQuery, type UseMutationResult, type UseQueryResult } from "@tanstack/react-query";

import { answered, client } from "../api/client";
import type { KeptView } from "../api/types";
import { keys } from "./keys";

export function useKeptView(name: string): UseQueryResult<KeptView> {
  return useQuery({
    queryKey: keys.keptView(name),
    queryFn: ({ signal }) => answered(client.GET("/api/views/{name}", { params: { path: { name } }, signal })),
    staleTime: Infinity,
  });
}

export function useKeepView(): UseMutationResult<KeptView, Error, string> {
  return useMutation({ mutationFn: (address) => answered(client.POST("/api/views", { body: { address } })) });
}
