/** How long a run is, when measures are taken, and when it may end before its time. */
import { SegmentedControl, Switch } from "@mantine/core";
import type { ReactElement } from "react";

import type { Problem } from "../api/types";
import { partOf, problemsAt } from "../draft";
import { listOf } from "../figure/arrays";
import { settingsOf, textOf, withField, type Data, type Setting } from "../settings";
import { OneOf, SettingField, TypedField } from "./SettingField";

interface Props {
  data: Data;
  schema: Data;
  series: readonly string[];
  problems: readonly Problem[];
  onChange: (name: string, value: unknown) => void;
}

const TOP = ["steps", "seeds", "batch_size", "precision"] as const;
const SPACINGS = [
  { value: "log_spaced", label: "log-spaced" },
  { value: "every", label: "every so many steps" },
  { value: "at", label: "at these steps" },
] as const;
type Spacing = (typeof SPACINGS)[number]["value"];
const FIRST: Readonly<Record<Spacing, unknown>> = { log_spaced: 60, every: 100, at: [10, 100, 1000] };
const SENTENCES: Readonly<Record<Spacing, string>> = {
  log_spaced: "How many checkpoints, evenly spaced in the logarithm of the step.",
  every: "Steps from one checkpoint to the next.",
  at: "Steps, separated by commas.",
};

export function ScheduleFields({ data, schema, series, problems, onChange }: Props): ReactElement {
  const settings = settingsOf(schema);
  const checkpoints = partOf(data, "checkpoints");
  const spacing = SPACINGS.find(({ value }) => checkpoints[value] !== undefined)?.value ?? "log_spaced";
  return (
    <>
      <div className="fields">
        {TOP.map((name) => settings.find((setting) => setting.name === name))
          .filter((setting) => setting !== undefined)
          .map((setting) => (
            <SettingField
              key={setting.name}
              setting={setting}
              value={data[setting.name]}
              problem={problemsAt(problems, setting.name, true)}
              onChange={(value) => onChange(setting.name, value)}
            />
          ))}
      </div>
      <div className="checkpoints">
        <span className="label" id="checkpoints">
          Checkpoints
        </span>
        <SegmentedControl
          aria-labelledby="checkpoints"
          value={spacing}
          data={[...SPACINGS]}
          onChange={(chosen) => onChange("checkpoints", { [chosen]: FIRST[spacingOf(chosen)] })}
        />
        <TypedField
          label="checkpoints"
          description={`${SENTENCES[spacing]} Step 0 and the last one always are among them.`}
          error={problemsAt(problems, "checkpoints", true)}
          kind={spacing === "at" ? "list" : "number"}
          value={checkpoints[spacing]}
          onChange={(value) => onChange("checkpoints", { [spacing]: value ?? "" })}
        />
      </div>
      <StopFields
        stop={data["stop"] === undefined ? null : partOf(data, "stop")}
        settings={settingsOf(definition(schema, "StopRule"))}
        series={series}
        problems={problems}
        onChange={(stop) => onChange("stop", stop)}
      />
    </>
  );
}

function spacingOf(text: string): Spacing {
  return SPACINGS.find(({ value }) => value === text)?.value ?? "log_spaced";
}

export function definition(schema: Data, name: string): unknown {
  return partOf(schema, "$defs")[name];
}

interface StopProps {
  stop: Data | null;
  settings: readonly Setting[];
  series: readonly string[];
  problems: readonly Problem[];
  onChange: (stop: Data | undefined) => void;
}

function StopFields({ stop, settings, series, problems, onChange }: StopProps): ReactElement {
  const first = series.find((name) => name === "test_accuracy") ?? series[0] ?? "";
  return (
    <>
      <Switch
        label="Stop rule"
        description="End a run once a series has been on one side of a bound for some checkpoints in a row."
        checked={stop !== null}
        onChange={(event) =>
          onChange(event.currentTarget.checked ? { measure: first, at_least: 0.99, for_checkpoints: 5 } : undefined)
        }
      />
      {stop !== null && (
        <div className="fields">
          <OneOf
            label="series"
            description="What is watched."
            value={textOf(stop["measure"])}
            options={listOf(series).map(String)}
            error={problemsAt(problems, "stop.measure")}
            searchable
            onChange={(measure) => onChange({ ...stop, measure })}
          />
          {settings
            .filter(({ name }) => name !== "measure")
            .map((setting) => (
              <SettingField
                key={setting.name}
                setting={setting}
                value={stop[setting.name]}
                problem={problemsAt(problems, `stop.${setting.name}`, true)}
                onChange={(value) => onChange(withField(stop, setting.name, value))}
              />
            ))}
          {problemsAt(problems, "stop") !== undefined && (
            <p className="problem" role="alert">
              {problemsAt(problems, "stop")}
            </p>
          )}
        </div>
      )}
    </>
  );
}
