/** Workers: the processes that train. */
import { useQuery, type UseQueryResult } from "@tanstack/react-query";

import { answered, client } from "../api/client";
import type { Worker } from "../api/types";
import { keys } from "./keys";

/** Asked again every ten seconds: a worker that falls silent sends no event. */
export function useWorkers(): UseQueryResult<Worker[]> {
  return useQuery({
    queryKey: keys.workers,
    queryFn: ({ signal }) => answered(client.GET("/api/workers", { signal })),
    refetchInterval: 10_000,
  });
}
