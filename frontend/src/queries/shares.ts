/** Shares: read-only links to one view. */
import {
  useMutation,
  useQuery,
  useQueryClient,
  type UseMutationResult,
  type UseQueryResult,
} from "@tanstack/react-query";

import { answered, client } from "../api/client";
import type { Share, SharedComparison, SharedView, ShareMade, ShareRequest } from "../api/types";
import { keys } from "./keys";

export function useShares(): UseQueryResult<Share[]> {
  return useQuery({ queryKey: keys.shares, queryFn: ({ signal }) => answered(client.GET("/api/shares", { signal })) });
}

export function useMakeShare(): UseMutationResult<ShareMade, Error, ShareRequest> {
  const cache = useQueryClient();
  return useMutation({
    mutationFn: (body) => answered(client.POST("/api/shares", { body })),
    onSuccess: () => cache.invalidateQueries({ queryKey: keys.shares }),
  });
}

export function useRevokeShare(): UseMutationResult<Share, Error, number> {
  const cache = useQueryClient();
  return useMutation({
    mutationFn: (share) => answered(client.DELETE("/api/shares/{share}", { params: { path: { share } } })),
    onSuccess: () => cache.invalidateQueries({ queryKey: keys.shares }),
  });
}

/** What a link opens; asked again while its experiment trains. */
export function useShared(token: string): UseQueryResult<SharedView | SharedComparison> {
  return useQuery({
    queryKey: keys.shared(token),
    queryFn: ({ signal }) => answered(client.GET("/api/shared/{token}", { params: { path: { token } }, signal })),
    refetchInterval: ({ state }) => (isLive(state.data) ? 5000 : false),
  });
}

export function isLive(shared: SharedView | SharedComparison | undefined): boolean {
  if (shared === undefined) return false;
  const shown = "body" in shared ? shared.body.sides.map((side) => side.experiment) : [shared.experiment];
  return shown.some(({ state }) => state === "queued" || state === "running");
}
