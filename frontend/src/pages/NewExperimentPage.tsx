/** A new experiment: a form and its text side by side, either can be edited, and the cost is told before it starts. */
import { Button, Select, Skeleton, Textarea } from "@mantine/core";
import { useDebouncedValue } from "@mantine/hooks";
import { useEffect, useState, type ReactElement } from "react";
import { useLocation, useNavigate, useSearchParams } from "react-router";

import { ApiError } from "../api/errors";
import type { Catalogue, Draft, Problem } from "../api/types";
import { CopyLink } from "../components/CopyLink";
import { CostPlace } from "../components/CostPlace";
import { DraftForm } from "../components/DraftForm";
import { Failure } from "../components/Failure";
import { useBeginning, useCatalogue, useDraft, useDraftSchema, useStart } from "../queries/drafts";
import { beginningOf } from "../beginning";
import { draftOfHash, draftWriter, hashOfDraft, writeDraft } from "../kept-draft";
import type { Source } from "../queries/drafts";
import { useExperiments } from "../queries/experiments";
import { useRecipes } from "../queries/recipes";
import type { Data } from "../settings";
import { useTitle } from "../title";

const PAUSE = 300; // milliseconds after the last letter until the server is asked
const NOTHING_WRONG: readonly Problem[] = [];

export function NewExperimentPage(): ReactElement {
  useTitle("New experiment");
  const { key } = useLocation();
  const [search] = useSearchParams();
  const beginning = useBeginning(beginningOf(search));
  const catalogue = useCatalogue();
  const schema = useDraftSchema();
  const failed = [beginning, catalogue, schema].find(({ error, data }) => error !== null && data === undefined);
  return (
    <main className="page new-experiment">
      <header className="section-head">
        <h1>New experiment</h1>
        <div className="row">
          <BeginWith />
          <CopyLink />
        </div>
      </header>
      {failed?.error != null && <Failure error={failed.error} retry={failed.refetch} />}
      {failed === undefined && (beginning.data === undefined || !catalogue.data || !schema.data) && (
        <Skeleton height="60vh" role="status" aria-label="The form is being prepared" />
      )}
      {beginning.data !== undefined && catalogue.data !== undefined && schema.data !== undefined && (
        <Editor key={key} beginning={beginning.data} catalogue={catalogue.data} schema={schema.data} />
      )}
    </main>
  );
}

interface EditorProps {
  beginning: Draft;
  catalogue: Catalogue;
  schema: Data;
}

const EMPTY: Data = {};

function Editor({ beginning, catalogue, schema }: EditorProps): ReactElement {
  const go = useNavigate();
  const [kept] = useState(() => draftOfHash(window.location.hash));
  const [writer] = useState(() => draftWriter(writeDraft));
  useEffect(() => writer.stop, [writer]);
  const [source, setSource] = useState<Source>(kept ?? { kind: "form", data: beginning.data ?? EMPTY });
  const [settled] = useDebouncedValue(source, PAUSE);
  const draft = useDraft(settled);
  const answer = draft.data ?? beginning;
  const current = settled === source && !draft.isPlaceholderData;
  const readable = useLast(answer.data ?? undefined) ?? EMPTY; // a text that cannot be read leaves the form as it was
  const data = source.kind === "form" ? source.data : readable;
  const text = source.kind === "text" ? source.text : answer.text;
  const unreadable = source.kind === "text" && answer.data === null;
  const start = useStart();
  const refused = start.error instanceof ApiError ? start.error.problems : NOTHING_WRONG;
  const problems = refused.length > 0 ? refused : answer.problems;
  const begin = (): void =>
    start.mutate(data, {
      onSuccess: (experiment) => {
        void go(`/experiments/${experiment.id}`);
      },
    });
  const anew = (): void => {
    writer.keep("");
    start.reset();
    setSource({ kind: "form", data: beginning.data ?? EMPTY });
  };
  const edit = (next: Source): void => {
    start.reset();
    writer.keep(hashOfDraft(next));
    setSource(next);
  };
  return (
    <div className="draft">
      <DraftForm
        data={data}
        catalogue={catalogue}
        schema={schema}
        problems={problems}
        onChange={(changed) => edit({ kind: "form", data: changed })}
      />
      <aside className="draft-side" aria-label="The experiment as text, its cost, and its start">
        <div className="panel draft-part">
          <div className="draft-fields">
            <CostPlace cost={answer.cost} problems={problems} error={start.error ?? draft.error} />
            {kept !== null && (
              <p className="quiet">
                This is the draft as it was left, or sent to you.{" "}
                <button type="button" className="link-button" onClick={anew}>
                  Begin anew
                </button>
              </p>
            )}
            <Button size="sm" disabled={!current || answer.cost === null} loading={start.isPending} onClick={begin}>
              Start the experiment
            </Button>
          </div>
        </div>
        <div className="panel draft-part">
          <div className="draft-fields">
            <Textarea
              label="As text (YAML)"
              description="The same experiment. Edit it here or in the form; a file like this is what the command line takes."
              classNames={{ input: "yaml" }}
              value={text}
              error={unreadable ? problems[0]?.sentence : undefined}
              autosize
              minRows={14}
              spellCheck={false}
              onChange={(event) => edit({ kind: "text", text: event.currentTarget.value })}
            />
          </div>
        </div>
      </aside>
    </div>
  );
}

/** The newest value that there was. */
function useLast<Value>(value: Value | undefined): Value | undefined {
  const [last, setLast] = useState(value);
  if (value !== undefined && value !== last) setLast(value);
  return value ?? last;
}

/** What there is to begin with: recipes in their sizes, and experiments. */
function BeginWith(): ReactElement {
  const recipes = useRecipes();
  const experiments = useExperiments();
  const go = useNavigate();
  const groups = [
    {
      group: "Recipes",
      items: (recipes.data ?? []).flatMap((recipe) =>
        recipe.sizes.map((size) => ({
          value: `?recipe=${encodeURIComponent(recipe.name)}&size=${encodeURIComponent(size.name)}`,
          label: `${recipe.title} (${size.name})`,
        })),
      ),
    },
    {
      group: "Experiments",
      items: (experiments.data?.pages.flat() ?? []).map(({ id, name }) => ({
        value: `?experiment=${id}`,
        label: `${name} (${id})`,
      })),
    },
  ];
  return (
    <div className="choice begin-with">
      <span aria-hidden="true">begin with</span>
      <Select
        aria-label="begin with"
        placeholder="a recipe or an experiment"
        data={groups.filter(({ items }) => items.length > 0)}
        value={null}
        onChange={(chosen) => chosen !== null && void go(`/new${chosen}`)}
        searchable
        comboboxProps={{ width: "max-content", position: "bottom-end", withinPortal: false }}
        withScrollArea={false}
        classNames={{ options: "choice-options" }}
      />
    </div>
  );
}
