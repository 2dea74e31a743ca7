/** The events of one series, corrected by hand: what was found stays beside, and holds again when this is taken back. */
import { Button, Modal, Textarea } from "@mantine/core";
import { useDisclosure } from "@mantine/hooks";
import { useState, type ReactElement } from "react";

import type { Experiment, FoundEvents, SeriesValues, View } from "../api/types";
import { correctionOf, foundMarks, heldMarks, movedTo, without, withOneMore, type EventMarks } from "../correcting";
import { counted, seriesWords } from "../format";
import { useCorrect, useFoundEvents, useSeries, type OfSeries } from "../queries/events";
import { useToast } from "../toasts";
import { shownRun } from "../view";
import { EventCurve } from "./EventCurve";
import { EventFields } from "./EventFields";
import { Failure } from "./Failure";
import { Choice } from "./Settings";

interface Props {
  experiment: Experiment;
  view: View;
  series: string; // the one that the figure shows
}

export function CorrectEvents({ experiment, view, series }: Props): ReactElement {
  const [opened, editor] = useDisclosure(false);
  const shown = shownRun(view);
  return (
    <>
      <Button variant="default" disabled={shown === null} onClick={editor.open}>
        Correct …
      </Button>
      <Modal
        opened={opened}
        onClose={editor.close}
        title={`Events of ${seriesWords(series)}`}
        size={820}
        closeButtonProps={{ "aria-label": "Close" }}
      >
        {shown !== null && (
          <OfRun experiment={experiment} view={view} series={series} first={shown} done={editor.close} />
        )}
      </Modal>
    </>
  );
}

function OfRun({ experiment, view, series, first, done }: Props & { first: number; done: () => void }): ReactElement {
  const [run, setRun] = useState(first);
  const of: OfSeries = { experiment: experiment.id, run, series, time: view.step_scale };
  const found = useFoundEvents(of);
  const values = useSeries(of);
  const error = found.error ?? values.error;
  const runs = [...new Set([first, ...view.runs])];
  return (
    <div className="form">
      {runs.length > 1 && (
        <Choice
          label="run"
          value={String(run)}
          options={runs.map((one) => ({ value: String(one), label: `run ${one}` }))}
          onChange={(chosen) => setRun(Number(chosen))}
        />
      )}
      {error !== null && <Failure error={error} />}
      {found.data !== undefined && values.data !== undefined && (
        <Editor
          key={`${run} ${JSON.stringify(found.data.correction)}`}
          of={of}
          found={found.data}
          values={values.data}
          done={done}
        />
      )}
    </div>
  );
}

interface EditorProps {
  of: OfSeries;
  found: FoundEvents;
  values: SeriesValues;
  done: () => void;
}

function Editor({ of, found, values, done }: EditorProps): ReactElement {
  const [marks, setMarks] = useState<EventMarks>(() => heldMarks(found));
  const [note, setNote] = useState(found.correction?.note ?? "");
  const [chosen, setChosen] = useState<string | null>(null);
  const correct = useCorrect(of);
  const say = useToast();
  const before = found.correction;
  const wanted = correctionOf(found, marks, note);
  const same = JSON.stringify(wanted) === JSON.stringify(before);
  const send = (correction: typeof wanted, words: string): void => {
    const sent = correct.mutateAsync(correction).then(() => {
      say(words, () => correct.mutate(before));
      done();
    });
    sent.catch(() => undefined); // told above the buttons
  };
  return (
    <>
      {found.too_few && (
        <p>There are too few checkpoints to find anything; what is marked by hand holds all the same.</p>
      )}
      <EventCurve
        found={foundMarks(found)}
        marks={marks}
        values={values}
        time={of.time}
        chosen={chosen}
        onChoose={setChosen}
        onMove={(handle, step) => setMarks((now) => movedTo(now, handle, step))}
      />
      <p className="quiet">
        Grey is what was found{before === null ? "" : ", in colour what holds since it was corrected"}. Drag a handle,
        or move it with the arrows from checkpoint to checkpoint.
      </p>
      <EventFields
        marks={marks}
        last={values.steps.at(-1) ?? 0}
        chosen={chosen}
        onChoose={setChosen}
        onMove={(handle, step) => setMarks((now) => movedTo(now, handle, step))}
        onRemove={(kind, place) => setMarks((now) => without(now, kind, place))}
        onAdd={(kind) => setMarks((now) => withOneMore(now, kind, values.steps))}
      />
      <Textarea
        size="xs"
        label="Why"
        description="for whoever reads it later"
        rows={2}
        maxLength={2000}
        value={note}
        onChange={(event) => setNote(event.currentTarget.value)}
      />
      {correct.error !== null && <Failure error={correct.error} />}
      <div className="row">
        <Button
          size="sm"
          disabled={same}
          loading={correct.isPending}
          onClick={() => send(wanted, `The events of run ${of.run} are corrected.`)}
        >
          Save
        </Button>
        <Button size="sm" variant="default" disabled={same} onClick={() => setMarks(heldMarks(found))}>
          As it was
        </Button>
        <Button
          size="sm"
          variant="default"
          disabled={before === null || correct.isPending}
          onClick={() => send(null, `What was found on run ${of.run} holds again.`)}
        >
          Take the correction back
        </Button>
        <span className="quiet" role="status">
          {sentence(found)}
        </span>
      </div>
    </>
  );
}

function sentence({ plateaus, drops, spikes }: FoundEvents): string {
  return `Found: ${counted(plateaus.length, "plateau")}, ${counted(drops.length, "drop")}, ${counted(spikes.length, "spike")}.`;
}
