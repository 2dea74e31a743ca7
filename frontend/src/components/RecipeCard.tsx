/** A paper's finding: what it asks, what one sees, and a button for each size. */
import { Button } from "@mantine/core";
import type { ReactElement } from "react";
import { useNavigate } from "react-router";

import type { RecipeCard as Recipe } from "../api/types";
import { count, counted } from "../format";
import { useStartRecipe } from "../queries/experiments";
import { Failure } from "./Failure";

const NAMES: Readonly<Record<string, string>> = { small: "Run small", paper: "Run as in the paper" };

export function RecipeCard({ recipe }: { recipe: Recipe }): ReactElement {
  const go = useNavigate();
  const start = useStartRecipe();
  const run = (size: string): void =>
    start.mutate(
      { recipe: recipe.name, size },
      { onSuccess: (experiment) => void go(`/experiments/${experiment.id}`) },
    );
  return (
    <article className="recipe">
      <div className="recipe-parts">
        <div className="recipe-words">
          <h3>{recipe.title}</h3>
          <p className="recipe-question">{recipe.question}</p>
          {recipe.summary !== "" && <p>{recipe.summary}</p>}
          {recipe.look_for.length > 0 && (
            <ul className="recipe-look">
              {recipe.look_for.map((sentence) => (
                <li key={sentence}>{sentence}</li>
              ))}
            </ul>
          )}
          <p className="quiet">{recipe.reference}</p>
        </div>
        <div className="recipe-sizes">
          {recipe.sizes.map((size, place) => (
            <div key={size.name}>
              <Button
                variant={place === 0 ? "filled" : "default"}
                loading={start.isPending && start.variables.size === size.name}
                disabled={start.isPending}
                onClick={() => run(size.name)}
              >
                {NAMES[size.name] ?? `Run ${size.name}`} ({counted(size.runs, "run")} × {count(size.steps)} steps)
              </Button>
              <p className="quiet">{size.note}</p>
            </div>
          ))}
        </div>
        {start.error !== null && <Failure error={start.error} />}
      </div>
    </article>
  );
}
