/** The rule by which runs are given phases, of this view alone: thresholds, conditions, or phases of one's own. */
import { Button, Popover, Textarea } from "@mantine/core";
import { useDisclosure } from "@mantine/hooks";
import { useState, type ReactElement, type SubmitEvent } from "react";

import type { Experiment } from "../api/types";
import { problemOf } from "../queries/runs";

interface Props {
  experiment: Experiment;
  rule: string | null; // null: that of the experiment
  onChange: (rule: string | null) => void;
}

const LONGEST = 2000;

export function RuleField({ experiment, rule, onChange }: Props): ReactElement {
  const [opened, popover] = useDisclosure(false);
  const [text, setText] = useState(rule ?? textOf(experiment.spec.phases));
  const [problem, setProblem] = useState<string | null>(null);
  const [asking, setAsking] = useState(false);
  const submit = (event: SubmitEvent): void => {
    event.preventDefault();
    setAsking(true);
    problemOf(experiment.id, { rule: text.trim() })
      .then((found) => (found === null ? onChange(text.trim()) : setProblem(found)))
      .catch((error: unknown) => setProblem(error instanceof Error ? error.message : String(error)))
      .finally(() => setAsking(false));
  };
  return (
    <Popover
      opened={opened}
      onDismiss={popover.close}
      width={440}
      position="bottom-start"
      withinPortal={false}
      trapFocus
      returnFocus
      shadow="md"
    >
      <Popover.Target>
        <Button variant="default" onClick={popover.toggle}>
          {rule === null ? "Phase rule" : "Phase rule: own"}
        </Button>
      </Popover.Target>
      <Popover.Dropdown aria-label="Phase rule of this view">
        <form className="form" onSubmit={submit}>
          <Textarea
            size="xs"
            label="What counts as which phase"
            description="Parts with a semicolon or a line between. Thresholds: train_at_least: 0.95; delay: 500. Conditions: fitted: train_loss <= 0.01. Phases of your own, the first that holds: slow: fitted > 500; otherwise: step >= 0."
            classNames={{ input: "yaml" }}
            value={text}
            error={problem}
            rows={4}
            resize="vertical"
            maxLength={LONGEST}
            spellCheck={false}
            data-autofocus
            onChange={(event) => {
              setText(event.currentTarget.value);
              setProblem(null);
            }}
          />
          <div className="row">
            <Button type="submit" loading={asking} disabled={text.trim() === ""}>
              Use this rule
            </Button>
            <Button variant="default" disabled={rule === null} onClick={() => onChange(null)}>
              The experiment's own
            </Button>
          </div>
        </form>
      </Popover.Dropdown>
    </Popover>
  );
}

/** A rule as one would write it. */
function textOf(rule: Experiment["spec"]["phases"]): string {
  const { labels, fitted, generalised, train_at_least, test_at_least, delay, held_for } = rule;
  if (labels.length > 0) return labels.map(({ name, when }) => `${name}: ${when}`).join("\n");
  return [
    fitted === "" ? `train_at_least: ${train_at_least}` : `fitted: ${fitted}`,
    generalised === "" ? `test_at_least: ${test_at_least}` : `generalised: ${generalised}`,
    `delay: ${delay}`,
    ...(held_for === 1 ? [] : [`held_for: ${held_for}`]),
  ].join("\n");
}
