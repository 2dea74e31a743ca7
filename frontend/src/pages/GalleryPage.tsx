/** The first page: what can be run, what was run, and who trains. */
import { Button, Skeleton } from "@mantine/core";
import { useState, type ReactElement } from "react";
import { Link } from "react-router";

import type { Worker } from "../api/types";
import { DeletedList } from "../components/DeletedList";
import { ExperimentRow } from "../components/ExperimentRow";
import { Failure } from "../components/Failure";
import { RecipeCard } from "../components/RecipeCard";
import { counted, rate } from "../format";
import { useNow } from "../now";
import { useExperiments } from "../queries/experiments";
import { useRecipes } from "../queries/recipes";
import { useWorkers } from "../queries/workers";
import { useTitle } from "../title";

export function GalleryPage(): ReactElement {
  useTitle(undefined);
  const workers = useWorkers();
  const [archived, setArchived] = useState(false);
  return (
    <main className="page gallery">
      <h1 className="unseen">Gallery</h1>
      <section aria-labelledby="experiments">
        <header className="section-head">
          <h2 id="experiments">Experiments</h2>
          <Link to="/workers" className="quiet">
            {workers.data === undefined ? " " : workersSentence(workers.data)}
          </Link>
        </header>
        <Experiments archived={archived} />
        {archived && <DeletedList links={false} />}
        <Button
          className="archived-toggle"
          variant="subtle"
          color="gray"
          aria-pressed={archived}
          onClick={() => setArchived(!archived)}
        >
          {archived ? "Back to the experiments" : "Archived and deleted"}
        </Button>
      </section>
      <section aria-labelledby="recipes">
        <header className="section-head">
          <h2 id="recipes">Recipes</h2>
          <span className="quiet">findings of papers, ready to train</span>
        </header>
        <Recipes />
      </section>
    </main>
  );
}

function Experiments({ archived }: { archived: boolean }): ReactElement {
  const experiments = useExperiments(archived);
  const now = useNow();
  if (experiments.error !== null && experiments.data === undefined)
    return <Failure error={experiments.error} retry={experiments.refetch} />;
  if (experiments.data === undefined)
    return <Skeleton height={124} role="status" aria-label="The experiments are being fetched" />;
  const listed = experiments.data.pages.flat();
  if (listed.length === 0 && archived)
    return (
      <p className="empty">
        Nothing was archived. The box beside an experiment puts it away: it is no longer listed, and nothing of it is
        lost.
      </p>
    );
  if (listed.length === 0) return <Teaching />;
  return (
    <>
      <ul className="list">
        {listed.map((experiment) => (
          <ExperimentRow key={experiment.id} experiment={experiment} now={now} />
        ))}
      </ul>
      {experiments.hasNextPage && (
        <Button
          variant="default"
          loading={experiments.isFetchingNextPage}
          onClick={() => void experiments.fetchNextPage()}
        >
          Show older
        </Button>
      )}
    </>
  );
}

function Teaching(): ReactElement {
  return (
    <div className="empty">
      <p>
        <b>No experiment yet.</b> An experiment is a family of runs: one network, trained again for every point of its
        axes. Its phase diagram fills in here while it trains.
      </p>
      <p>
        Run the small size of a recipe below, or from a terminal: <code>phasescope run SPEC.yaml</code>.
      </p>
    </div>
  );
}

function Recipes(): ReactElement {
  const recipes = useRecipes();
  if (recipes.error !== null && recipes.data === undefined)
    return <Failure error={recipes.error} retry={recipes.refetch} />;
  if (recipes.data === undefined)
    return <Skeleton height={300} role="status" aria-label="The recipes are being fetched" />;
  return (
    <div className="recipes">
      {recipes.data.map((recipe) => (
        <RecipeCard key={recipe.name} recipe={recipe} />
      ))}
    </div>
  );
}

/** `2 workers, 1 training, 41 k run-steps/s` */
export function workersSentence(workers: readonly Worker[]): string {
  const here = workers.filter((worker) => worker.state !== "silent");
  const training = here.filter((worker) => worker.state === "training");
  const speed = training.reduce((sum, worker) => sum + (worker.run_steps_per_second ?? 0), 0);
  if (here.length === 0) return "no worker";
  const parts = [counted(here.length, "worker"), training.length === 0 ? "idle" : `${training.length} training`];
  return [...parts, ...(speed > 0 ? [`${rate(speed)} run-steps/s`] : [])].join(", ");
}
