/** What people write on an experiment: it saves itself when one leaves it, and can be taken back. */
import { Textarea } from "@mantine/core";
import { useState, type ReactElement } from "react";

import type { Experiment } from "../api/types";
import { useWriteNotes } from "../queries/experiments";
import { useToast } from "../toasts";
import { Panel } from "./Panel";

export function NotesPanel({ experiment }: { experiment: Experiment }): ReactElement {
  return <Writing key={`${experiment.id} ${experiment.notes}`} experiment={experiment} />;
}

function Writing({ experiment }: { experiment: Experiment }): ReactElement {
  const [text, setText] = useState(experiment.notes);
  const write = useWriteNotes(experiment.id);
  const say = useToast();
  const save = (): void => {
    if (text === experiment.notes) return;
    write.mutate(text, {
      onSuccess: ({ notes }) => say("The notes are saved.", () => write.mutate(notes)),
      onError: (error) => say(error.message),
    });
  };
  return (
    <Panel title="Notes" area="notes" note={text === experiment.notes ? "" : "not saved yet"}>
      <Textarea
        className="notes"
        aria-label="Notes on this experiment"
        placeholder="What was asked, what was seen, what comes next. Everybody who opens the experiment reads it."
        value={text}
        maxLength={100_000}
        rows={5}
        resize="vertical"
        onChange={(event) => setText(event.currentTarget.value)}
        onBlur={save}
      />
    </Panel>
  );
}
