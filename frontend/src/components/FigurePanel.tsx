/** One panel of the explorer: any figure that the server can draw, with the settings that it is drawn from. */
import { ActionIcon, Menu, Tooltip } from "@mantine/core";
import { memo, type ReactElement, type ReactNode } from "react";

import type { Experiment, FieldCard, FigureBody, FigureCard, View } from "../api/types";
import type { ClockStore } from "../clock-store";
import { isObject, listOf } from "../figure/arrays";
import type { HoverStore } from "../hover-store";
import { counted } from "../format";
import { enlarged, hidden, panelsOf, replaced, shifted } from "../panels";
import { askedOf, filesOf, useFigure, useFilm, useFilms } from "../queries/figures";
import { shownRun } from "../view";
import type { ChangeView } from "../view-state";
import { CellKeys } from "./CellKeys";
import { CorrectEvents } from "./EventEditor";
import { Icon } from "./icons";
import { FigureFrame } from "./FigureFrame";
import { FigurePlace } from "./Panel";
import { PhaseLegend } from "./PhaseLegend";
import { PlotlyFigure, type PickKind } from "./PlotlyFigure";
import { SaveMenu } from "./SaveMenu";
import { FigureSettings } from "./Settings";

interface Props {
  card: FigureCard;
  cards: readonly FigureCard[];
  experiment: Experiment;
  fields: readonly FieldCard[];
  view: View;
  clock: ClockStore;
  hover: HoverStore;
  change: ChangeView;
  onPick: PickIn;
}

/** A pick, and the figure that it was made in: of cells, what lies between two of them is known there. */
export type PickIn = (runs: readonly number[], kind: PickKind, figure?: FigureBody) => void;

/** Remembered: it changes only with what its figure is drawn from and with the arrangement. */
export const FigurePanel = memo(
  function FigurePanel(props: Props): ReactElement {
    const { card, experiment, fields, view, clock, hover, change, onPick } = props;
    const figure = useFigure(card.name, view);
    const diagram = card.name === "phase_diagram";
    const film = useFilm(view, diagram && figure.data !== undefined); // the still comes first
    const facets = facetsOf(figure.data);
    const films = useFilms(view, facets.path, facets.values);
    const painted = diagram && film.data !== undefined && film.data.steps.length > 0 ? film.data : undefined;
    const phases = painted !== undefined && painted.names.length > 0;
    const drag = card.scope === "all" ? "select" : "zoom";
    const label = `${card.title}. ${card.description} The runs are also listed in the table.`;
    return (
      <FigureFrame
        card={card}
        view={view}
        heading={<FigureMenu {...props} />}
        note={noteOf(card, view)}
        settings={
          <>
            <FigureSettings card={card} experiment={experiment} fields={fields} view={view} change={change} />
            {card.name === "plateau_anatomy" && (
              <CorrectEvents experiment={experiment} view={view} series={seriesOf(figure.data) ?? view.series} />
            )}
            <SaveMenu title={card.title} name={`${card.name}-${experiment.id}`} files={filesOf(card, view)} />
          </>
        }
      >
        {diagram && (
          <PhaseLegend
            film={painted}
            figure={figure.data}
            clock={clock}
            mode={view.clock}
            onPick={(runs, adding) => onPick(runs, adding ? "add" : "only")}
          />
        )}
        <FigurePlace query={figure}>
          {(drawn) => (
            <Framed card={card} figure={drawn} hover={hover} onPick={(runs, kind) => onPick(runs, kind, drawn)}>
              <PlotlyFigure
                figure={drawn}
                label={label}
                liveClock={clock}
                clockMode={view.clock}
                hover={hover}
                legend={!phases}
                drag={drag}
                {...(painted === undefined ? {} : { film: painted, stale: figure.isPlaceholderData })}
                {...(films.length === 0 ? {} : { films, stale: figure.isPlaceholderData })}
                onPick={(runs, _, kind) => onPick(runs, kind, drawn)}
              />
            </Framed>
          )}
        </FigurePlace>
      </FigureFrame>
    );
  },
  (before, after) => sameLook(before, after),
);

function Framed(props: {
  card: FigureCard;
  figure: FigureBody;
  hover: HoverStore;
  onPick: (runs: readonly number[], kind: PickKind) => void;
  children: ReactNode;
}): ReactElement {
  const { card, children, ...keys } = props;
  if (!OF_CELLS.has(card.name)) return <>{children}</>;
  return (
    <CellKeys title={card.title} {...keys}>
      {children}
    </CellKeys>
  );
}

/** Figures whose cells are reached by keyboard. */
const OF_CELLS: ReadonlySet<string> = new Set(["phase_diagram", "small_multiples"]);

/** Whether two views look the same in this panel. */
function sameLook(before: Props, after: Props): boolean {
  const { view: old, ...rest } = before;
  const { view, ...others } = after;
  const same = Object.entries(rest).every(([name, value]) => others[name as keyof typeof others] === value);
  const looks = (one: View): string =>
    JSON.stringify([
      askedOf(after.card, one),
      one.panels,
      one.large,
      one.clock,
      shownRun(one),
      one.runs.length,
      after.card.drawn_from.includes("step") ? one.from_drop : null,
    ]);
  return same && looks(old) === looks(view);
}

interface Facets {
  path: string | null;
  values: readonly string[];
}
const NO_FACETS: Facets = { path: null, values: [] };

/** The further axis of small multiples, and the values of which each has a diagram. */
function facetsOf(figure: FigureBody | undefined): Facets {
  const meta = figure?.layout["meta"];
  if (!isObject(meta) || meta["kind"] !== "small_multiples" || typeof meta["path"] !== "string") return NO_FACETS;
  return { path: meta["path"], values: listOf(meta["values"]).map(String) };
}

/** The series that a figure shows, as it says itself. */
function seriesOf(figure: FigureBody | undefined): string | null {
  const meta = figure?.layout["meta"];
  return isObject(meta) && typeof meta["series"] === "string" ? meta["series"] : null;
}

function noteOf(card: FigureCard, view: View): string | null {
  if (card.scope === "all") return null;
  if (!card.drawn_from.includes("runs")) return shownRun(view) === null ? null : `run ${shownRun(view)}`;
  return view.runs.length === 0 ? null : counted(view.runs.length, "run");
}

/** The title is a menu: another figure here, larger, elsewhere, or away. */
function FigureMenu({ card, cards, view, change }: Props): ReactElement {
  const shown = new Set(panelsOf(view, cards));
  const groups = [
    { label: "of all runs", of: cards.filter((one) => one.scope === "all") },
    { label: "of the selected runs", of: cards.filter((one) => one.scope === "selection") },
  ];
  return (
    <div className="panel-title">
      <Menu position="bottom-start" width={270} withinPortal={false} shadow="md" returnFocus>
        <Menu.Target>
          <button type="button" className="title-button" title={card.description}>
            <h2>{card.title}</h2>
            <Icon name="down" size={12} />
          </button>
        </Menu.Target>
        <Menu.Dropdown className="figure-menu">
          {groups.map((group) => (
            <div key={group.label} role="group" aria-label={`Figures ${group.label}`}>
              <Menu.Label>{group.label}</Menu.Label>
              {group.of.map((one) => (
                <Menu.Item
                  key={one.name}
                  aria-current={one.name === card.name || undefined}
                  rightSection={
                    one.name !== card.name && shown.has(one.name) ? <small>change places</small> : undefined
                  }
                  onClick={() => change((before) => replaced(before, cards, card.name, one.name))}
                >
                  {one.title}
                </Menu.Item>
              ))}
            </div>
          ))}
          <Menu.Divider />
          <Menu.Item onClick={() => change((before) => shifted(before, cards, card.name, -1))}>Move before</Menu.Item>
          <Menu.Item onClick={() => change((before) => shifted(before, cards, card.name, 1))}>Move behind</Menu.Item>
          <Menu.Item onClick={() => change((before) => hidden(before, cards, card.name))}>Hide</Menu.Item>
        </Menu.Dropdown>
      </Menu>
      <Tooltip label={view.large === card.name ? "Make smaller" : "Enlarge"}>
        <ActionIcon
          size="sm"
          aria-label={`${view.large === card.name ? "Make smaller" : "Enlarge"}: ${card.title}`}
          aria-pressed={view.large === card.name}
          onClick={() => change((before) => enlarged(before, card.name))}
        >
          <Icon name={view.large === card.name ? "smaller" : "larger"} size={13} />
        </ActionIcon>
      </Tooltip>
    </div>
  );
}
