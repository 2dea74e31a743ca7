/** Which measures are taken: those that apply to the task and the model, each with what it is and what it costs. */
import { MultiSelect } from "@mantine/core";
import type { ReactElement } from "react";

import type { Entry } from "../api/types";
import { Written } from "./Written";

interface Props {
  measures: readonly string[];
  fitting: readonly Entry[];
  problem: string | undefined;
  onChange: (measures: readonly string[]) => void;
}

export function MeasuresField({ measures, fitting, problem, onChange }: Props): ReactElement {
  const known = new Map(fitting.map((measure) => [measure.name, measure]));
  const strange = measures.filter((name) => !known.has(name));
  const options = [
    ...fitting.map(({ name, label }) => ({ value: name, label })),
    ...strange.map((name) => ({ value: name, label: name })),
  ];
  return (
    <MultiSelect
      label="Measures"
      description="Taken at every checkpoint. What needs something that the task or the model does not offer is not listed."
      error={problem}
      size="sm"
      data={options}
      value={[...measures]}
      onChange={(chosen) => onChange(chosen)}
      searchable
      hidePickedOptions
      renderOption={({ option }) => <Option measure={known.get(option.value)} name={option.value} />}
      comboboxProps={{ withinPortal: false }}
      withScrollArea={false}
      classNames={{ options: "choice-options" }}
    />
  );
}

function Option({ measure, name }: { measure: Entry | undefined; name: string }): ReactElement {
  if (measure === undefined) return <>{name}</>;
  return (
    <div className="measure-option">
      <b>{measure.label}</b> <span className="quiet">{measure.cost}</span>
      <p className="quiet">
        <Written text={measure.summary} />
      </p>
    </div>
  );
}
