/** The linked panels of one experiment under one clock: selecting anywhere selects everywhere. */
import { Button, Menu } from "@mantine/core";
import { useCallback, useEffect, useEffectEvent, useMemo, useRef, useState, type ReactElement } from "react";

import type { Experiment, FigureBody, FigureCard, RunTable, View } from "../api/types";
import { ahead, FROM_DROP } from "../clock";
import { useRestingClock, type ClockStore } from "../clock-store";
import { diagramsOf } from "../figure/diagrams";
import { HoverStore } from "../hover-store";
import { added, panelsOf } from "../panels";
import { useFigure, useFigureCards, useFilm, usePhaseDiagramsAhead } from "../queries/figures";
import { useFields, useRunTable } from "../queries/runs";
import { picked, rectangle } from "../selection";
import { shownRun } from "../view";
import type { ChangeView } from "../view-state";
import { MovingBar } from "./ClockBar";
import { ExperimentHead } from "./ExperimentHead";
import { Failure } from "./Failure";
import { FigurePanel, type PickIn } from "./FigurePanel";
import { LookBar } from "./LookBar";
import { NotesPanel } from "./Notes";
import { measuredColumns, RunsPanel } from "./RunsPanel";
import { Trouble } from "./Trouble";

interface Props {
  experiment: Experiment;
  view: View;
  change: ChangeView;
}

const NO_CARDS: readonly FigureCard[] = [];
const NO_STEPS: readonly number[] = [];
const NO_TABLE: RunTable = {
  runs: [], points: {}, seeds: [], states: [], steps: [], messages: {}, marks: [], values: {},
}; // prettier-ignore

export function Explorer({ experiment, view, change }: Props): ReactElement {
  const cards = useFigureCards() ?? NO_CARDS;
  const { data: fields = [] } = useFields(experiment.id);
  const table = useRunTable(view, measuredColumns(view));
  const [hover] = useState(() => new HoverStore());
  const clock = useClockOf(view, change);
  const selected = useMemo(() => new Set(view.runs), [view.runs]);
  const pick = usePick(view, change);
  const show = useCallback(
    (chosen: number) =>
      change((before) => ({ ...(before.runs.includes(chosen) ? {} : picked(before, [chosen], true)), run: chosen })),
    [change],
  );
  const pickRows = useCallback(
    (runs: readonly number[], adding: boolean) => pick(runs, adding ? "add" : "only"),
    [pick],
  );
  useEscape(() => change({ runs: [], run: null }));
  const colours = useRunColours(view);
  const panels = panelsOf(view, cards);
  return (
    <>
      <main className="page explorer-page">
        <ExperimentHead experiment={experiment} view={view} />
        {table.data !== undefined && <Trouble experiment={experiment} table={table.data} onPick={pickRows} />}
        <LookBar
          experiment={experiment}
          fields={fields}
          view={view}
          looked={table.data === undefined ? null : table.data.runs.length}
          failure={table.error}
          change={change}
        />
        <div className="panels">
          {panels.map((name) => {
            const card = cards.find((one) => one.name === name);
            return (
              card !== undefined && (
                <FigurePanel
                  key={name}
                  card={card}
                  cards={cards}
                  experiment={experiment}
                  fields={fields}
                  view={view}
                  clock={clock}
                  hover={hover}
                  change={change}
                  onPick={pick}
                />
              )
            );
          })}
        </div>
        <MorePanels cards={cards} view={view} change={change} />
        {table.error !== null && table.data === undefined && <Failure error={table.error} retry={table.refetch} />}
        <RunsPanel
          experiment={experiment}
          fields={fields}
          table={table.data ?? NO_TABLE}
          view={view}
          selected={selected}
          shown={shownRun(view)}
          colours={colours}
          hover={hover}
          change={change}
          onPick={pickRows}
          onShow={show}
        />
        <NotesPanel experiment={experiment} />
      </main>
      <ExplorerClock experiment={experiment} view={view} clock={clock} change={change} />
    </>
  );
}

/** The clock of a view: where it moves at once, and where the view hears of it once it rests. */
function useClockOf(view: View, change: ChangeView): ClockStore {
  const aligned = view.clock === "drop";
  const rest = useCallback(
    (at: number | null) => change(aligned ? { from_drop: at } : { step: at }),
    [change, aligned],
  );
  return useRestingClock(aligned ? view.from_drop : view.step, rest);
}

/** A pick alone, one more, or all cells of the diagram from the last pick to this one. */
function usePick(view: View, change: ChangeView): PickIn {
  const anchor = useRef<number | null>(null);
  const { data: diagram } = useFigure("phase_diagram", view);
  const cells = useRef<FigureBody | undefined>(undefined);
  useEffect(() => {
    cells.current = diagram;
  }, [diagram]);
  return useCallback(
    (runs, kind, figure) => {
      const [first] = runs;
      const from = anchor.current;
      const between = (drawn: FigureBody | undefined): number[] | null =>
        kind === "range" && from !== null && first !== undefined && drawn !== undefined
          ? rectangle(diagramsOf(drawn).each, from, first)
          : null;
      const all = between(figure) ?? between(cells.current);
      if (kind !== "range" || all === null) anchor.current = first ?? null;
      change((before) => picked(before, all ?? runs, all === null && kind !== "only"));
    },
    [change],
  );
}

interface ClockProps {
  experiment: Experiment;
  view: View;
  clock: ClockStore;
  change: ChangeView;
}

/** The clock's bar, drawn again with each move, and nothing else with it. */
function ExplorerClock({ experiment, view, clock, change }: ClockProps): ReactElement {
  const [playing, setPlaying] = useState(false);
  const phase = useFigure("phase_diagram", view);
  const film = useFilm(view, phase.data !== undefined);
  const smooth = film.data !== undefined && film.data.steps.length > 0;
  const next = useMemo(
    () => (smooth ? NO_STEPS : ahead({ steps: experiment.steps, step: view.step }, playing)),
    [smooth, experiment.steps, view.step, playing],
  );
  usePhaseDiagramsAhead(view, next);
  const going = experiment.state === "queued" || experiment.state === "running";
  return (
    <MovingBar
      clock={clock}
      steps={view.clock === "drop" ? FROM_DROP : experiment.steps}
      newest={experiment.progress.newest_step}
      ready={!phase.isPlaceholderData}
      live={going ? "live" : "newest"}
      playing={playing}
      smooth={smooth}
      mode={view.clock}
      onMode={(mode) => change({ clock: mode })}
      onPlay={setPlaying}
    />
  );
}

/** Figures that are not on the page, to be added. */
function MorePanels({
  cards,
  view,
  change,
}: {
  cards: readonly FigureCard[];
  view: View;
  change: ChangeView;
}): ReactElement | null {
  const shown = new Set(panelsOf(view, cards));
  const rest = cards.filter((card) => !shown.has(card.name));
  const arranged = view.panels.length > 0 || view.large !== null;
  if (cards.length === 0) return null;
  return (
    <div className="more-panels">
      {rest.length > 0 && (
        <Menu position="top-start" width={420} shadow="md" withinPortal={false} returnFocus>
          <Menu.Target>
            <Button variant="default">Add a panel</Button>
          </Menu.Target>
          <Menu.Dropdown>
            {rest.map((card) => (
              <Menu.Item key={card.name} onClick={() => change((before) => added(before, cards, card.name))}>
                <b>{card.title}</b>
                <small>{card.description}</small>
              </Menu.Item>
            ))}
          </Menu.Dropdown>
        </Menu>
      )}
      {arranged && (
        <Button variant="subtle" color="gray" onClick={() => change({ panels: [], large: null })}>
          The usual panels
        </Button>
      )}
    </div>
  );
}

/** The colours that the curves give the selected runs: the table shows them too. */
function useRunColours(view: View): ReadonlyMap<number, string> {
  const { data: curves } = useFigure("curves", view, view.runs.length > 0);
  return useMemo(() => {
    const found = new Map<number, string>();
    for (const trace of curves?.data ?? []) {
      const line = trace["line"] as { color?: unknown } | undefined;
      const meta = trace["meta"] as { runs?: unknown } | undefined;
      if (typeof line?.color !== "string" || !Array.isArray(meta?.runs)) continue;
      for (const run of meta.runs) if (typeof run === "number" && !found.has(run)) found.set(run, line.color);
    }
    return view.runs.length > 0 ? found : new Map();
  }, [curves, view.runs.length]);
}

/** Escape lets go of the selection, unless it closes something that is open. */
function useEscape(clear: () => void): void {
  const pressed = useEffectEvent((event: KeyboardEvent) => {
    const open =
      event.target instanceof Element &&
      (!event.target.isConnected || // what it stood in has just closed
        event.target.closest("[role=dialog], [aria-expanded=true], [role=menu]") !== null);
    if (event.key === "Escape" && !event.defaultPrevented && !open) clear();
  });
  useEffect(() => {
    window.addEventListener("keydown", pressed);
    return () => window.removeEventListener("keydown", pressed);
  }, []);
}
