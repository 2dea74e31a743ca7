/** One chosen thing (a task, a model, an optimizer, an intervention) and its settings. */
import type { ReactElement } from "react";

import type { Entry, Problem } from "../api/types";
import { problemsAt } from "../draft";
import { counted, words } from "../format";
import { settingsOf, textOf, withField, type Data, type Setting } from "../settings";
import { OneOf, SettingField } from "./SettingField";
import { Written } from "./Written";

interface Props {
  label: string;
  at: string; // where it stands in the draft
  choice: Data;
  entries: readonly Entry[];
  problems: readonly Problem[];
  onChange: (choice: Data) => void;
}

export function ChoiceFields({ label, at, choice, entries, problems, onChange }: Props): ReactElement {
  const name = textOf(choice["name"]);
  const entry = entries.find((each) => each.name === name);
  const settings = settingsOf(entry?.settings);
  const field = (setting: Setting): ReactElement => (
    <SettingField
      key={`${name} ${setting.name}`}
      setting={setting}
      value={choice[setting.name]}
      problem={problemsAt(problems, `${at}.${setting.name}`, true)}
      onChange={(value) => onChange(withField(choice, setting.name, value))}
    />
  );
  const plain = settings.filter(({ special }) => !special);
  const special = settings.filter((setting) => setting.special);
  const used = special.some((setting) => choice[setting.name] !== undefined);
  const whole = problemsAt(problems, at);
  return (
    <>
      <OneOf
        label={label}
        value={name}
        options={entries.map((each) => ({
          value: each.name,
          label: each.label === "" ? words(each.name) : each.label,
        }))}
        error={problemsAt(problems, `${at}.name`)}
        searchable
        onChange={(chosen) => onChange({ name: chosen })}
      />
      {entry !== undefined && (
        <p className="explained">
          <Written text={entry.summary} />
        </p>
      )}
      {whole !== undefined && (
        <p className="problem" role="alert">
          {whole}
        </p>
      )}
      {plain.length > 0 && <div className="fields">{plain.map(field)}</div>}
      {special.length > 0 && (
        <details className="more" open={used}>
          <summary>{counted(special.length, "more setting")}: nothing unless set</summary>
          <div className="fields">{special.map(field)}</div>
        </details>
      )}
    </>
  );
}
