/** Recipes: papers' findings that can be started. */
import { useQuery, type UseQueryResult } from "@tanstack/react-query";

import { answered, client } from "../api/client";
import type { RecipeCard } from "../api/types";
import { keys } from "./keys";

export function useRecipes(): UseQueryResult<RecipeCard[]> {
  return useQuery({
    queryKey: keys.recipes,
    queryFn: ({ signal }) => answered(client.GET("/api/recipes", { signal })),
  });
}
