/** One setting as a field: what it does, what may be given, and what it is when nothing is given. */
import { Select, Switch, TextInput } from "@mantine/core";
import { useState, type ReactElement, type ReactNode } from "react";

import { words } from "../format";
import { standardWords, typedOf, valueOf, type Kind, type Setting } from "../settings";
import { Written } from "./Written";

interface Props {
  setting: Setting;
  value: unknown;
  problem: string | undefined;
  onChange: (value: unknown) => void;
}

const HINTS: Readonly<Partial<Record<Kind, string>>> = { list: "Separate with commas.", parts: "As JSON." };

export function SettingField({ setting, value, problem, onChange }: Props): ReactElement {
  const { name, kind, options, unit, bounds } = setting;
  const label = words(name) + (unit === "" ? "" : ` (${unit})`);
  const description = [setting.description, HINTS[kind] ?? "", sentence(bounds)]
    .filter((part) => part !== "")
    .join(" ");
  const shared = { label, description: <Written text={description} />, error: problem };
  if (kind === "choice")
    return (
      <OneOf
        {...shared}
        value={typedOf(value ?? setting.standard)}
        options={options}
        onChange={(chosen) => onChange(chosen === setting.standard ? undefined : chosen)}
      />
    );
  if (kind === "switch") {
    const standard = setting.standard === true;
    return (
      <Switch
        {...shared}
        checked={value === undefined ? standard : value === true}
        onChange={(event) => onChange(event.currentTarget.checked === standard ? undefined : !standard)}
      />
    );
  }
  return <TypedField {...shared} kind={kind} value={value} placeholder={standardWords(setting)} onChange={onChange} />;
}

interface TypedProps {
  label: string;
  description?: ReactNode;
  error?: string | undefined;
  kind: Kind;
  value: unknown;
  placeholder?: string;
  required?: boolean;
  onChange: (value: unknown) => void;
}

/** A field in which numbers are typed as people type them: `1e-3` stays as it is while one is at it. */
export function TypedField({ kind, value, onChange, ...shown }: TypedProps): ReactElement {
  const [typed, setTyped] = useState("");
  const same = typedOf(valueOf(kind, typed)) === typedOf(value);
  return (
    <TextInput
      {...shown}
      value={same ? typed : typedOf(value)}
      inputMode={kind === "number" ? "decimal" : "text"}
      autoComplete="off"
      spellCheck={false}
      onChange={(event) => {
        setTyped(event.currentTarget.value);
        onChange(valueOf(kind, event.currentTarget.value));
      }}
    />
  );
}

interface OneOfProps {
  label: string;
  description?: ReactNode;
  error?: string | undefined;
  value: string;
  options: readonly (string | { value: string; label: string })[];
  searchable?: boolean;
  onChange: (value: string) => void;
}

export function OneOf({ options, onChange, value, searchable = false, ...shown }: OneOfProps): ReactElement {
  const listed = options.map((option) =>
    typeof option === "string" ? { value: option, label: words(option) } : option,
  );
  const known = value === "" || listed.some((option) => option.value === value);
  return (
    <Select
      {...shown}
      size="sm"
      data={known ? listed : [...listed, { value, label: value }]}
      value={value === "" ? null : value}
      onChange={(chosen) => chosen !== null && onChange(chosen)}
      searchable={searchable}
      comboboxProps={{ withinPortal: false }}
      withScrollArea={false}
      classNames={{ options: "choice-options" }}
    />
  );
}

function sentence(bounds: string): string {
  return bounds === "" ? "" : `${bounds.charAt(0).toUpperCase()}${bounds.slice(1)}.`;
}
