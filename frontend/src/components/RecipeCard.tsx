/** A paper's finding in the gallery: its picture, its question, whether its claims held here, and one button. */
import type { ReactElement } from "react";
import { Link } from "react-router";

import type { RecipeCard as Recipe } from "../api/types";
import { counted } from "../format";
import { RunButton } from "./RecipeSizes";

export function RecipeCard({ recipe }: { recipe: Recipe }): ReactElement {
  const [size] = recipe.sizes;
  const page = `/recipes/${recipe.name}`;
  return (
    <article className="recipe">
      <Link to={page} className="recipe-look" tabIndex={-1} aria-hidden="true">
        {recipe.picture !== null && <img src={`/api/recipes/${recipe.name}/picture`} alt="" loading="lazy" />}
      </Link>
      <div className="recipe-words">
        <h3>
          <Link to={page}>{recipe.title}</Link>
        </h3>
        <p>{recipe.question}</p>
        <p className="quiet">
          {held(recipe)} ·{" "}
          <Link to={page} aria-label={`Read about it: ${recipe.title}`}>
            Read about it
          </Link>
        </p>
      </div>
      <div className="recipe-start">{size !== undefined && <RunButton recipe={recipe} size={size} first />}</div>
    </article>
  );
}

/** `7 of 7 claims hold`, of the size that was judged last. */
function held(recipe: Recipe): string {
  const last = [...recipe.verifications].sort((one, other) => one.made_at.localeCompare(other.made_at)).at(-1);
  if (last === undefined) return `${counted(recipe.claims.length, "claim")}, not verified here yet`;
  const holding = last.verdicts.filter((verdict) => verdict.holds).length;
  return `${holding} of ${last.verdicts.length} claims hold (${last.size})`;
}
