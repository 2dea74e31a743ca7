/** The form of an experiment, built from the catalogue and the JSON schema: a new task or setting needs no line here. */
import { ActionIcon, Button } from "@mantine/core";
import type { ReactElement, ReactNode } from "react";

import type { Catalogue, Problem } from "../api/types";
import {
  entriesOf,
  fittingMeasures,
  fittingModels,
  partOf,
  partsOf,
  plainSeries,
  problemsAt,
  standardAt,
  variablePaths,
} from "../draft";
import { listOf } from "../figure/arrays";
import { settingsOf, withField, type Data } from "../settings";
import { AxesFields } from "./AxesFields";
import { ChoiceFields } from "./ChoiceFields";
import { Icon } from "./icons";
import { MeasuresField } from "./MeasuresField";
import { definition, ScheduleFields } from "./ScheduleFields";
import { SettingField, TypedField } from "./SettingField";

interface Props {
  data: Data;
  catalogue: Catalogue;
  schema: Data;
  problems: readonly Problem[];
  onChange: (data: Data) => void;
}

export function DraftForm({ data, catalogue, schema, problems, onChange }: Props): ReactElement {
  const change = (name: string, value: unknown): void => onChange(withField(data, name, value));
  const standard = settingsOf(schema).find(({ name }) => name === "measures")?.standard;
  const measures = listOf(data["measures"] ?? standard).map(String);
  const choice = (kind: "task" | "model" | "optimizer", label: string): ReactElement => (
    <ChoiceFields
      label={label}
      at={kind}
      choice={partOf(data, kind)}
      entries={kind === "model" ? fittingModels(catalogue, data) : entriesOf(catalogue, kind)}
      problems={problems}
      onChange={(chosen) => change(kind, chosen)}
    />
  );
  return (
    <div className="draft-form">
      <Part title="What it is called">
        <TypedField
          label="Name"
          kind="text"
          required
          value={data["name"]}
          error={problemsAt(problems, "name")}
          onChange={(name) => change("name", name ?? "")}
        />
        <TypedField
          label="Description"
          description="A sentence or two, shown under the title."
          kind="text"
          value={data["description"]}
          onChange={(description) => change("description", description)}
        />
      </Part>
      <Part title="What is learned">{choice("task", "Task")}</Part>
      <Part title="What learns it">{choice("model", "Model")}</Part>
      <Part title="How it learns">{choice("optimizer", "Optimizer")}</Part>
      <Part title="What varies" note="every combination is a cell of the phase diagram">
        <AxesFields
          axes={partsOf(data, "axes")}
          paths={variablePaths(catalogue, data)}
          standard={(path) => standardAt(catalogue, data, path)}
          problems={problems}
          onChange={(axes) => change("axes", axes)}
        />
      </Part>
      <Part title="How long, and how often it is looked at">
        <ScheduleFields
          data={data}
          schema={schema}
          series={plainSeries(catalogue, measures)}
          problems={problems}
          onChange={change}
        />
        <MeasuresField
          measures={measures}
          fitting={fittingMeasures(catalogue, data)}
          problem={problemsAt(problems, "measures", true)}
          onChange={(chosen) => change("measures", chosen)}
        />
      </Part>
      <Part title="What is done to it on the way" note="interventions">
        <Interventions data={data} catalogue={catalogue} problems={problems} onChange={change} />
      </Part>
      <Part title="What the phases are called">
        <div className="fields">
          {settingsOf(definition(schema, "PhaseRule")).map((setting) => (
            <SettingField
              key={setting.name}
              setting={setting}
              value={partOf(data, "phases")[setting.name]}
              problem={problemsAt(problems, `phases.${setting.name}`)}
              onChange={(value) => change("phases", ruleWith(partOf(data, "phases"), setting.name, value))}
            />
          ))}
        </div>
      </Part>
    </div>
  );
}

/** A rule of which nothing is left is left out itself. */
function ruleWith(rule: Data, name: string, value: unknown): Data | undefined {
  const changed = withField(rule, name, value);
  return Object.keys(changed).length === 0 ? undefined : changed;
}

function Part({ title, note, children }: { title: string; note?: string; children: ReactNode }): ReactElement {
  return (
    <section className="panel draft-part" aria-label={title}>
      <header className="panel-head">
        <h2>{title}</h2>
        {note !== undefined && <span className="panel-note">{note}</span>}
      </header>
      <div className="draft-fields">{children}</div>
    </section>
  );
}

interface InterventionsProps {
  data: Data;
  catalogue: Catalogue;
  problems: readonly Problem[];
  onChange: (name: string, value: unknown) => void;
}

function Interventions({ data, catalogue, problems, onChange }: InterventionsProps): ReactElement {
  const chosen = partsOf(data, "interventions");
  const entries = entriesOf(catalogue, "intervention");
  const set = (changed: readonly Data[]): void => onChange("interventions", changed.length === 0 ? undefined : changed);
  return (
    <>
      {chosen.length === 0 && <p className="explained">Nothing: each run is left to itself.</p>}
      {chosen.map((choice, place) => (
        <fieldset className="intervention" key={place}>
          <legend className="unseen">Intervention {place + 1}</legend>
          <ActionIcon
            className="axis-remove"
            aria-label={`Remove intervention ${place + 1}`}
            onClick={() => set(chosen.filter((_, at) => at !== place))}
          >
            <Icon name="close" />
          </ActionIcon>
          <ChoiceFields
            label={`Intervention ${place + 1}`}
            at={`interventions.${place}`}
            choice={choice}
            entries={entries}
            problems={problems}
            onChange={(changed) => set(chosen.map((other, at) => (at === place ? changed : other)))}
          />
        </fieldset>
      ))}
      <div>
        <Button variant="default" onClick={() => set([...chosen, { name: entries[0]?.name ?? "" }])}>
          Add an intervention
        </Button>
      </div>
    </>
  );
}
