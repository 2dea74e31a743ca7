/** Numbers, times and names as people read them. */

const whole = new Intl.NumberFormat("en", { maximumFractionDigits: 0 });
const day = new Intl.DateTimeFormat("en", { dateStyle: "medium", timeStyle: "short" });

/** 3,200 */
export function count(value: number): string {
  return whole.format(value);
}

/** `1 run`, `256 runs` */
export function counted(value: number, noun: string): string {
  return `${count(value)} ${noun}${value === 1 ? "" : "s"}`;
}

/** 41 k, 1.9 M: two digits are enough for a rate. */
export function rate(value: number): string {
  const units: readonly [number, string][] = [
    [1e9, " G"],
    [1e6, " M"],
    [1e3, " k"],
  ];
  for (const [size, unit] of units) {
    if (value >= size * 0.9995) return `${(value / size).toPrecision(value >= size * 99.5 ? 3 : 2)}${unit}`;
  }
  return value >= 10 ? whole.format(value) : value.toPrecision(2);
}

/** `40 s`, `3 min`, `2 h 10 min`, `3 days` */
export function duration(seconds: number): string {
  if (seconds < 60) return `${Math.max(1, Math.round(seconds))} s`;
  const minutes = Math.round(seconds / 60);
  if (minutes < 60) return `${minutes} min`;
  const hours = Math.floor(minutes / 60);
  if (hours < 48) return minutes % 60 === 0 || hours >= 10 ? `${hours} h` : `${hours} h ${minutes % 60} min`;
  return `${Math.round(hours / 24)} days`;
}

/** `2 min ago`; older than a week, the day. */
export function since(moment: string, now: number): string {
  const seconds = (now - Date.parse(moment)) / 1000;
  if (seconds < 10) return "just now";
  return seconds < 7 * 86_400 ? `${duration(seconds)} ago` : date(moment);
}

export function date(moment: string): string {
  return day.format(new Date(moment));
}

/** A value of a measure or a setting: four digits, as the figures write it. */
export function value(given: unknown): string {
  if (given === null || given === undefined) return "–";
  if (typeof given !== "number") return typeof given === "string" ? given : JSON.stringify(given);
  const size = Math.abs(given);
  if (size >= 1000 && size < 1e15) return count(given);
  const short = Number(given.toPrecision(4));
  return given === 0 || (size >= 1e-4 && size < 1000) ? String(short) : short.toExponential();
}

/** As the figures name a series, `layer_rotation.hidden_1` → `layer rotation, hidden_1`: a layer keeps its own name. */
export function seriesWords(name: string): string {
  const dot = name.indexOf(".");
  return dot === -1 ? words(name) : `${words(name.slice(0, dot))}, ${name.slice(dot + 1)}`;
}

/** A path in words, `model.hidden_width` → `model · hidden width` */
export function words(name: string): string {
  return name.replaceAll(".", " · ").replaceAll("_", " ");
}

/** The last part of a path, `optimizer.weight_decay` → `weight decay`, or all of it where another axis ends the same. */
export function axisLabel(path: string, among: readonly string[]): string {
  const last = path.slice(path.lastIndexOf(".") + 1);
  const alone = among.filter((other) => other.slice(other.lastIndexOf(".") + 1) === last).length <= 1;
  return words(alone ? last : path);
}
