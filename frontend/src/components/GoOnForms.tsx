/** Going on from stored runs: a fork, or a closer look. Each opens as a draft, where it can be changed and is costed. */
import { Button, NumberInput, Select, TextInput } from "@mantine/core";
import { useState, type ReactElement } from "react";
import { Link } from "react-router";

import type { Experiment, View } from "../api/types";
import { entryOf } from "../draft";
import { count, counted, words } from "../format";
import { closerAddress, forkAddress, numbersFrom } from "../growing";
import { useCatalogue } from "../queries/drafts";
import { settingsOf } from "../settings";

export function ForkForm({ experiment, view, run }: { experiment: Experiment; view: View; run: number }): ReactElement {
  const catalogue = useCatalogue();
  const [step, setStep] = useState(view.step ?? Math.floor(experiment.spec.steps / 2));
  const [field, setField] = useState("learning_rate");
  const [text, setText] = useState("");
  const optimizer = catalogue.data && entryOf(catalogue.data, "optimizer", experiment.spec.optimizer["name"]);
  const fields = settingsOf(optimizer?.settings).filter(({ standard }) => typeof standard === "number");
  const values = numbersFrom(text);
  return (
    <div className="form">
      <p>
        Run {run} again, exactly as it was up to a step; from there on with another setting of its optimizer. One run
        for each value.
      </p>
      <Step label="From step" most={experiment.spec.steps - 1} value={step} onChange={setStep} />
      <Select
        label="Setting"
        data={fields.map(({ name }) => ({ value: name, label: words(name) }))}
        value={field}
        onChange={(chosen) => chosen !== null && setField(chosen)}
        comboboxProps={{ withinPortal: false }}
      />
      <TextInput
        size="xs"
        label="Its values from then on"
        description="several with commas between"
        value={text}
        error={text !== "" && values === null ? "These are not numbers with commas between." : null}
        onChange={(event) => setText(event.currentTarget.value)}
        data-autofocus
      />
      <Open ready={values !== null} to={forkAddress(experiment.id, { run, step, field, values: values ?? [] })} />
    </div>
  );
}

interface CloserProps {
  experiment: Experiment;
  view: View;
  runs: readonly number[];
}

export function CloserForm({ experiment, view, runs }: CloserProps): ReactElement {
  const last = experiment.spec.steps;
  const at = view.step ?? last;
  const [begin, setBegin] = useState(Math.floor(at / 2));
  const [end, setEnd] = useState(Math.min(last, at * 2));
  const [checkpoints, setCheckpoints] = useState(100);
  const ready = begin < end;
  return (
    <div className="form">
      <p>The trajectories of {counted(runs.length, "run")} once more, looked at often between two steps.</p>
      <Step label="From step" most={last - 1} value={begin} onChange={setBegin} />
      <Step label="To step" most={last} value={end} onChange={setEnd} />
      <Step label="Checkpoints between them" most={2000} least={2} value={checkpoints} onChange={setCheckpoints} />
      {!ready && (
        <p className="problem" role="alert">
          The interval has to end after step {count(begin)}.
        </p>
      )}
      <Open ready={ready} to={closerAddress(experiment.id, { runs, begin, end, count: checkpoints })} />
    </div>
  );
}

function Open({ ready, to }: { ready: boolean; to: string }): ReactElement {
  return ready ? (
    <Button size="sm" component={Link} to={to}>
      Open the draft
    </Button>
  ) : (
    <Button size="sm" disabled>
      Open the draft
    </Button>
  );
}

interface StepProps {
  label: string;
  most: number;
  least?: number;
  value: number;
  onChange: (value: number) => void;
}

function Step({ label, most, least = 0, value, onChange }: StepProps): ReactElement {
  return (
    <NumberInput
      label={label}
      size="xs"
      min={least}
      max={most}
      allowDecimal={false}
      allowNegative={false}
      value={value}
      onChange={(changed) => typeof changed === "number" && onChange(changed)}
    />
  );
}
