/** Settings as the catalogue describes them: what may be given, what stands when nothing is, and how text becomes a
 * value. Whether a value is allowed is the server's to say; here one only reads and writes it. */
import { isObject, listOf } from "./figure/arrays";
import { count, value as shownValue } from "./format";

export type Data = Readonly<Record<string, unknown>>;
export type Kind = "number" | "list" | "choice" | "switch" | "text" | "parts";

export interface Setting {
  name: string;
  kind: Kind;
  description: string;
  options: readonly string[];
  standard: unknown; // what it is when it is left out; undefined: it must be given
  bounds: string;
  unit: string;
  special: boolean; // does nothing unless it is set
}

/** Every setting that a JSON schema describes, in its order. */
export function settingsOf(schema: unknown): Setting[] {
  const properties = isObject(schema) && isObject(schema["properties"]) ? schema["properties"] : {};
  return Object.entries(properties).map(([name, property]) => settingOf(name, isObject(property) ? property : {}));
}

function settingOf(name: string, property: Data): Setting {
  const branches = listOf(property["anyOf"]).filter(isObject);
  const main = branches.find((branch) => branch["type"] !== "null") ?? property;
  return {
    name,
    kind: kindOf(main),
    description: textOf(property["description"]),
    options: listOf(main["enum"]).map(String),
    standard: property["default"],
    bounds: boundsOf(main),
    unit: textOf(property["x-unit"]),
    special: property["x-neutral"] === true,
  };
}

function kindOf(schema: Data): Kind {
  if (schema["enum"] !== undefined) return "choice";
  switch (schema["type"]) {
    case "number":
    case "integer":
      return "number";
    case "boolean":
      return "switch";
    case "array":
      return isObject(schema["items"]) && schema["items"]["type"] === undefined ? "parts" : "list";
    case "object":
      return "parts";
    default:
      return "text";
  }
}

/** `more than 0, at most 1,000` */
function boundsOf(schema: Data): string {
  const bounds: readonly [string, string][] = [
    ["exclusiveMinimum", "more than"],
    ["minimum", "at least"],
    ["exclusiveMaximum", "less than"],
    ["maximum", "at most"],
  ];
  return bounds
    .filter(([name]) => typeof schema[name] === "number")
    .map(([name, sentence]) => `${sentence} ${shownValue(schema[name])}`)
    .join(", ");
}

/** What somebody typed as the value it means; undefined when nothing was typed, the text itself when it means nothing. */
export function valueOf(kind: Kind, typed: string): unknown {
  const text = typed.trim();
  if (text === "") return undefined;
  if (kind === "number") return Number.isFinite(Number(text)) ? Number(text) : text;
  if (kind === "parts") return parsed(text);
  if (kind === "list") return text.split(",").map((part) => valueOf("number", part) ?? "");
  return text;
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return text;
  }
}

/** A value as one would type it. */
export function typedOf(value: unknown): string {
  if (value === undefined || value === null) return "";
  if (Array.isArray(value) && value.some(isObject)) return JSON.stringify(value);
  if (Array.isArray(value)) return value.map(typedOf).join(", ");
  return typeof value === "string" ? value : JSON.stringify(value);
}

/** What a field says when nothing is typed: the value that stands then. */
export function standardWords({ standard }: Setting): string {
  return standard === undefined || standard === null ? "" : typedOf(standard);
}

/** The same data with one field given anew; undefined takes it out. */
export function withField(data: Data, name: string, value: unknown): Data {
  if (value !== undefined) return { ...data, [name]: value };
  return Object.fromEntries(Object.entries(data).filter(([other]) => other !== name));
}

export function textOf(value: unknown): string {
  return typeof value === "string" ? value : "";
}

/** A duration in steps, a size in bytes: `1.2 GB` */
export function bytes(size: number): string {
  const units = ["bytes", "kB", "MB", "GB", "TB"];
  let [shown, place] = [size, 0];
  while (shown >= 1000 && place < units.length - 1) [shown, place] = [shown / 1000, place + 1];
  return `${place === 0 ? count(shown) : shown.toPrecision(shown >= 100 ? 3 : 2)} ${units[place] ?? ""}`;
}
