/** One button for each size of a recipe and for each experiment beside it. */
import { Button } from "@mantine/core";
import type { ReactElement } from "react";
import { Link, useNavigate } from "react-router";

import type { RecipeCard as Recipe } from "../api/types";
import { count, counted } from "../format";
import { useStartRecipe } from "../queries/experiments";
import { Failure } from "./Failure";

type Size = Recipe["sizes"][number];

const NAMES: Readonly<Record<string, string>> = { small: "Run small", paper: "Run as in the paper" };

export function RecipeSizes({ recipe }: { recipe: Recipe }): ReactElement {
  return (
    <div className="recipe-sizes">
      {recipe.sizes.map((size, place) => (
        <div key={size.name}>
          <RunButton recipe={recipe} size={size} first={place === 0} />
          <p className="quiet">{size.note}</p>
          <p>
            <Link to={`/new?recipe=${recipe.name}&size=${size.name}`}>Change it first</Link>
          </p>
          {size.companions.length > 0 && <h3>To be trained beside it</h3>}
          {size.companions.map((companion) => (
            <RunButton key={companion.name} recipe={recipe} size={size} companion={companion} />
          ))}
        </div>
      ))}
    </div>
  );
}

/** Starts one size, or an experiment beside it, and goes there. */
export function RunButton({
  recipe,
  size,
  companion,
  first = false,
}: {
  recipe: Recipe;
  size: Size;
  companion?: Size["companions"][number];
  first?: boolean;
}): ReactElement {
  const go = useNavigate();
  const start = useStartRecipe();
  const run = (): void =>
    start.mutate(
      { recipe: recipe.name, size: size.name, ...(companion === undefined ? {} : { companion: companion.name }) },
      { onSuccess: (experiment) => void go(`/experiments/${experiment.id}`) },
    );
  const { runs, steps } = companion ?? size;
  return (
    <>
      <Button variant={first ? "filled" : "default"} loading={start.isPending} onClick={run}>
        {companion?.title ?? NAMES[size.name] ?? `Run ${size.name}`} ({counted(runs, "run")} × {count(steps)} steps)
      </Button>
      {start.error !== null && <Failure error={start.error} />}
    </>
  );
}
