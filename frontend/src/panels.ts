/** Which panels stand on the page of an experiment, in which order: a part of the view, and so of the address. */
import type { FigureCard, View } from "./api/types";

/** The first look, as far as the server has these figures: the diagram, what the selection did, and why. */
const USUAL = ["phase_diagram", "curves", "drift", "peri_event", "plateau_anatomy", "representation_film"];

/** Figures that are as high as two others: a diagram, and two plots over each other. */
export const TALL: ReadonlySet<string> = new Set(["phase_diagram", "peri_event", "small_multiples"]);

type Arranged = Pick<View, "panels" | "large">;

/** The panels of a view: those that it names, as far as there are such figures, or the usual ones. */
export function panelsOf(view: Pick<View, "panels">, cards: readonly FigureCard[]): string[] {
  const known = new Set(cards.map((card) => card.name));
  const named = view.panels.filter((name) => known.has(name));
  return named.length > 0 ? named : USUAL.filter((name) => known.has(name));
}

/** The same panels as a view writes them: nothing where they are the usual ones. */
function written(panels: readonly string[], cards: readonly FigureCard[]): string[] {
  const usual = panelsOf({ panels: [] }, cards);
  return panels.length === usual.length && panels.every((name, place) => name === usual[place]) ? [] : [...panels];
}

/** Another figure in the place of one; where it stands elsewhere already, the two change places. */
export function replaced(view: Arranged, cards: readonly FigureCard[], old: string, next: string): Arranged {
  const swap = (name: string): string => (name === old ? next : name === next ? old : name);
  return { panels: written(panelsOf(view, cards).map(swap), cards), large: view.large === old ? next : view.large };
}

export function hidden(view: Arranged, cards: readonly FigureCard[], name: string): Arranged {
  const left = panelsOf(view, cards).filter((one) => one !== name);
  return left.length === 0
    ? { panels: view.panels, large: view.large }
    : { panels: written(left, cards), large: view.large === name ? null : view.large };
}

export function added(view: Arranged, cards: readonly FigureCard[], name: string): Arranged {
  const panels = panelsOf(view, cards);
  return { panels: written(panels.includes(name) ? panels : [...panels, name], cards), large: view.large };
}

/** A panel some places further on or back, held at both ends. */
export function shifted(view: Arranged, cards: readonly FigureCard[], name: string, by: number): Arranged {
  const panels = panelsOf(view, cards);
  const from = panels.indexOf(name);
  const to = Math.min(panels.length - 1, Math.max(0, from + by));
  if (from === -1) return { panels: view.panels, large: view.large };
  panels.splice(from, 1);
  panels.splice(to, 0, name);
  return { panels: written(panels, cards), large: view.large };
}

export function enlarged(view: Arranged, name: string): Arranged {
  return { panels: view.panels, large: view.large === name ? null : name };
}
