/** A paper's finding: what it asks, what one sees, whether its claims held here, and a button for each size. */
import { Button } from "@mantine/core";
import type { ReactElement } from "react";
import { Link, useNavigate } from "react-router";

import type { RecipeCard as Recipe } from "../api/types";
import { count, counted } from "../format";
import { useStartRecipe } from "../queries/experiments";
import { Claims } from "./Claims";
import { Failure } from "./Failure";

const NAMES: Readonly<Record<string, string>> = { small: "Run small", paper: "Run as in the paper" };

export function RecipeCard({ recipe }: { recipe: Recipe }): ReactElement {
  const go = useNavigate();
  const start = useStartRecipe();
  const run = (size: string, companion?: string): void =>
    start.mutate(
      { recipe: recipe.name, size, ...(companion === undefined ? {} : { companion }) },
      { onSuccess: (experiment) => void go(`/experiments/${experiment.id}`) },
    );
  const starting = (size: string, companion?: string): boolean =>
    start.isPending && start.variables.size === size && start.variables.companion === companion;
  return (
    <article className="recipe">
      <div className="recipe-parts">
        <div className="recipe-words">
          <h3>{recipe.title}</h3>
          <p className="recipe-question">{recipe.question}</p>
          {recipe.picture && (
            <img className="recipe-picture" src={`/api/recipes/${recipe.name}/picture`} alt="" loading="lazy" />
          )}
          {recipe.summary !== "" && <p>{recipe.summary}</p>}
          <Sentences sentences={recipe.look_for} />
          {recipe.try_next.length > 0 && <h4>Try next</h4>}
          <Sentences sentences={recipe.try_next} />
          <p className="quiet">{recipe.reference}</p>
        </div>
        <div className="recipe-sizes">
          {recipe.sizes.map((size, place) => (
            <div key={size.name}>
              <Button
                variant={place === 0 ? "filled" : "default"}
                loading={starting(size.name)}
                disabled={start.isPending}
                onClick={() => run(size.name)}
              >
                {NAMES[size.name] ?? `Run ${size.name}`} ({counted(size.runs, "run")} × {count(size.steps)} steps)
              </Button>
              <p className="quiet">
                {size.note}{" "}
                <Link to={`/new?${new URLSearchParams({ recipe: recipe.name, size: size.name }).toString()}`}>
                  Change it first
                </Link>
              </p>
              {size.companions.map((companion) => (
                <p key={companion.name}>
                  <Button
                    variant="subtle"
                    size="compact-sm"
                    loading={starting(size.name, companion.name)}
                    disabled={start.isPending}
                    onClick={() => run(size.name, companion.name)}
                  >
                    {companion.title} ({counted(companion.runs, "run")} × {count(companion.steps)} steps)
                  </Button>
                </p>
              ))}
            </div>
          ))}
          <Claims recipe={recipe} />
        </div>
        {start.error !== null && <Failure error={start.error} />}
      </div>
    </article>
  );
}

function Sentences({ sentences }: { sentences: readonly string[] }): ReactElement | null {
  if (sentences.length === 0) return null;
  return (
    <ul className="recipe-look">
      {sentences.map((sentence) => (
        <li key={sentence}>{sentence}</li>
      ))}
    </ul>
  );
}
