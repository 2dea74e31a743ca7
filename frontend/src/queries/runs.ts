/** The runs of an experiment, in the order of its grid. */
import { useQuery, type UseQueryResult } from "@tanstack/react-query";

import { answered, client } from "../api/client";
import type { Run } from "../api/types";
import { keys } from "./keys";

export function useRuns(experiment: number): UseQueryResult<Run[]> {
  return useQuery({
    queryKey: keys.runs(experiment),
    queryFn: ({ signal }) =>
      answered(client.GET("/api/experiments/{experiment}/runs", { params: { path: { experiment } }, signal })),
  });
}
