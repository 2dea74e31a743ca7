/** What can be done with the selected runs, or else with all that are listed. */
import { Button, Popover, TextInput, Textarea } from "@mantine/core";
import { useDisclosure } from "@mantine/hooks";
import { useState, type SubmitEvent, type ReactElement } from "react";

import type { Experiment, Marks, MarksChange, RunTable, View } from "../api/types";
import { counted } from "../format";
import { useDelete } from "../queries/deletions";
import { useRequeue } from "../queries/experiments";
import { useChangeMarks } from "../queries/runs";
import { csvOf, type Row } from "../table";
import { useToast } from "../toasts";
import { CompareMenu } from "./CompareMenu";
import { GrowMenu } from "./GrowMenu";
import type { Column } from "./RunRow";

interface Props {
  experiment: Experiment;
  table: RunTable;
  view: View;
  rows: readonly Row[];
  columns: readonly Column[];
  selected: ReadonlySet<number>;
}

const AGAIN: ReadonlySet<string> = new Set(["failed", "lost", "cancelled"]);

export function RunActions({ experiment, table, view, rows, columns, selected }: Props): ReactElement {
  const say = useToast();
  const requeue = useRequeue(experiment.id);
  const change = useChangeMarks(experiment.id);
  const remove = useDelete();
  const chosen = rows.filter((row) => selected.has(row.run));
  const meant = chosen.length > 0 ? chosen : rows;
  const runs = chosen.map((row) => row.run);
  const failed = chosen.filter(({ place }) => AGAIN.has(table.states[place] ?? "")).map((row) => row.run);
  const marked = new Map(table.marks.map((mark) => [mark.run, mark]));
  const archived = runs.length > 0 && runs.every((run) => marked.get(run)?.archived === true);

  const mark = (wanted: Partial<MarksChange>, words: string): void =>
    change.mutate(
      { ...NOTHING, ...wanted, runs },
      {
        onSuccess: (before) => say(words, () => restored(before, wanted).forEach((back) => change.mutate(back))),
        onError: (error) => say(error.message),
      },
    );
  return (
    <div className="run-actions" role="group" aria-label="What to do with the selected runs">
      <MarkPopover
        runs={runs}
        tags={[...new Set(runs.flatMap((run) => marked.get(run)?.tags ?? []))]}
        note={runs.length === 1 ? (marked.get(runs[0] ?? 0)?.note ?? "") : ""}
        mark={mark}
      />
      <CompareMenu table={table} view={view} rows={meant} />
      <GrowMenu experiment={experiment} table={table} view={view} runs={runs} />
      {failed.length > 0 && (
        <Button variant="default" loading={requeue.isPending} onClick={() => requeue.mutate(failed)}>
          Queue {failed.length} again
        </Button>
      )}
      <Button
        variant="default"
        disabled={runs.length === 0}
        onClick={() =>
          mark({ archived: !archived }, `${counted(runs.length, "run")} ${archived ? "taken out again" : "put away"}.`)
        }
      >
        {archived ? "Take out" : "Archive"}
      </Button>
      {archived && (
        <Button
          variant="default"
          loading={remove.isPending}
          onClick={() => remove.mutate({ experiment: experiment.id, runs, share: null, view: null })}
        >
          Delete
        </Button>
      )}
      <Button
        variant="default"
        onClick={() =>
          download(`${experiment.name} runs.csv`, csvOf(table, meant, ["run", ...columns.map((c) => c.name)]))
        }
      >
        CSV
      </Button>
    </div>
  );
}

const NOTHING: Required<Omit<MarksChange, "runs">> = { add: [], remove: [], note: null, archived: null };

/** What takes a change of marks back: one change for all runs that were marked alike. */
export function restored(before: readonly Marks[], wanted: Partial<MarksChange>): MarksChange[] {
  const found = new Map<string, MarksChange>();
  for (const { run, tags, note, archived } of before) {
    const back = {
      add: tags.filter((tag) => wanted.remove?.includes(tag) === true),
      remove: (wanted.add ?? []).filter((tag) => !tags.includes(tag)),
      note: wanted.note == null ? null : note,
      archived: wanted.archived == null ? null : archived,
    };
    const key = JSON.stringify(back);
    found.set(key, { ...back, runs: [...(found.get(key)?.runs ?? []), run] });
  }
  return [...found.values()];
}

interface MarkProps {
  runs: readonly number[];
  tags: readonly string[];
  note: string;
  mark: (wanted: Partial<MarksChange>, words: string) => void;
}

function MarkPopover({ runs, tags, note, mark }: MarkProps): ReactElement {
  const [opened, open] = useDisclosure(false);
  const many = counted(runs.length, "run");
  return (
    <Popover opened={opened} onDismiss={open.close} width={300} withinPortal={false} trapFocus returnFocus shadow="md">
      <Popover.Target>
        <Button variant="default" disabled={runs.length === 0} onClick={open.toggle}>
          Tag, note
        </Button>
      </Popover.Target>
      <Popover.Dropdown className="form" aria-label={`Tags and note of ${many}`}>
        {tags.length > 0 && (
          <div className="row">
            {tags.map((tag) => (
              <Button
                key={tag}
                variant="default"
                size="compact-xs"
                aria-label={`Take the tag ${tag} off ${many}`}
                onClick={() => mark({ add: [], remove: [tag] }, `The tag ${tag} is taken off ${many}.`)}
              >
                {tag} ×
              </Button>
            ))}
          </div>
        )}
        <MarkForm key={`${runs.join()}${note}`} many={many} note={note} mark={mark} done={open.close} />
      </Popover.Dropdown>
    </Popover>
  );
}

interface FormProps {
  many: string;
  note: string;
  mark: MarkProps["mark"];
  done: () => void;
}

function MarkForm({ many, note, mark, done }: FormProps): ReactElement {
  const [tag, setTag] = useState("");
  const [text, setText] = useState(note);
  const submit = (event: SubmitEvent): void => {
    event.preventDefault();
    const add = tag
      .split(",")
      .map((part) => part.trim())
      .filter((part) => part !== "");
    const written = text === note ? null : text;
    if (add.length > 0 || written !== null) mark({ add, remove: [], note: written }, `${many} marked.`);
    done();
  };
  return (
    <form className="form" onSubmit={submit}>
      <TextInput
        size="xs"
        label="Add tags"
        description="several with commas between"
        maxLength={200}
        value={tag}
        onChange={(event) => setTag(event.currentTarget.value)}
        data-autofocus
      />
      <Textarea
        size="xs"
        label="Note"
        rows={3}
        resize="vertical"
        maxLength={10_000}
        value={text}
        onChange={(event) => setText(event.currentTarget.value)}
      />
      <Button type="submit">Write on {many}</Button>
    </form>
  );
}

function download(name: string, text: string): void {
  const address = URL.createObjectURL(new Blob([text], { type: "text/csv" }));
  const link = document.createElement("a");
  link.href = address;
  link.download = name;
  link.click();
  setTimeout(() => URL.revokeObjectURL(address), 1000);
}
