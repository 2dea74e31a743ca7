/** A recipe: what the paper asks, what one sees, what to try next, whether it holds here; started from here. */
import { Skeleton } from "@mantine/core";
import type { ReactElement } from "react";
import { Link, useParams } from "react-router";

import type { RecipeCard } from "../api/types";
import { Claims } from "../components/Claims";
import { CopyLink } from "../components/CopyLink";
import { Failure } from "../components/Failure";
import { RecipeSizes } from "../components/RecipeSizes";
import { useRecipes } from "../queries/recipes";
import { useTitle } from "../title";

export function RecipePage(): ReactElement {
  const { recipe: name } = useParams();
  const recipes = useRecipes();
  const recipe = recipes.data?.find((each) => each.name === name);
  useTitle(recipe?.title);
  return (
    <main className="page recipe-page">
      {recipes.error !== null && recipes.data === undefined && (
        <Failure error={recipes.error} retry={recipes.refetch} />
      )}
      {recipes.isPending && <Skeleton height={300} role="status" aria-label="The recipe is being fetched" />}
      {recipes.data !== undefined && recipe === undefined && <Unknown name={name ?? ""} recipes={recipes.data} />}
      {recipe !== undefined && <Told recipe={recipe} />}
    </main>
  );
}

function Told({ recipe }: { recipe: RecipeCard }): ReactElement {
  return (
    <>
      <header className="section-head">
        <h1>{recipe.title}</h1>
        <CopyLink />
      </header>
      <div className="recipe-told">
        <div className="recipe-words">
          <p className="recipe-question">{recipe.question}</p>
          {recipe.picture !== null && (
            <figure>
              <img src={`/api/recipes/${recipe.name}/picture`} alt="" />
              <figcaption className="quiet">{recipe.picture} Drawn from a verified run of the small size.</figcaption>
            </figure>
          )}
          <p>{recipe.summary}</p>
          <Sentences title="What to look at" sentences={recipe.look_for} />
          <Sentences title="Try next" sentences={recipe.try_next} />
          <p className="quiet">{recipe.reference}</p>
        </div>
        <aside aria-label="Run and verify it">
          <RecipeSizes recipe={recipe} />
          <Claims recipe={recipe} />
        </aside>
      </div>
    </>
  );
}

function Sentences({ title, sentences }: { title: string; sentences: readonly string[] }): ReactElement | null {
  if (sentences.length === 0) return null;
  return (
    <section>
      <h2>{title}</h2>
      <ul>
        {sentences.map((sentence) => (
          <li key={sentence}>{sentence}</li>
        ))}
      </ul>
    </section>
  );
}

function Unknown({ name, recipes }: { name: string; recipes: readonly RecipeCard[] }): ReactElement {
  return (
    <>
      <h1>There is no recipe {name}</h1>
      <p>There are:</p>
      <ul>
        {recipes.map((recipe) => (
          <li key={recipe.name}>
            <Link to={`/recipes/${recipe.name}`}>{recipe.title}</Link>
          </li>
        ))}
      </ul>
    </>
  );
}
