/** A shared view of one experiment, read-only: its panels in their order, under a clock that can be moved. */
import { useCallback, useMemo, useState, type ReactElement } from "react";

import type { FigureCard, SharedView as Shared, View } from "../api/types";
import { FROM_DROP, type ClockMode } from "../clock";
import { useRestingClock, type ClockStore } from "../clock-store";
import { counted, seriesWords } from "../format";
import { HoverStore } from "../hover-store";
import { panelsOf } from "../panels";
import { sharedFiles, useSharedFigure, useSharedFilm } from "../queries/figures";
import { isLive } from "../queries/shares";
import { DEFAULTS, shownRun } from "../view";
import { MovingBar } from "./ClockBar";
import { FigureFrame } from "./FigureFrame";
import { FigurePlace } from "./Panel";
import { PhaseLegend } from "./PhaseLegend";
import { PlotlyFigure } from "./PlotlyFigure";
import { progressSentence, StateWord } from "./Progress";
import { RunsTable } from "./RunsTable";
import { SaveMenu } from "./SaveMenu";
import { axisPaths, LayerSetting } from "./Settings";
import { SharedHead } from "./SharedHead";

type Moved = Pick<View, "step" | "layer">;

export function SharedView({ token, shared }: { token: string; shared: Shared }): ReactElement {
  const view = useMemo((): View => ({ ...DEFAULTS, ...shared.view }), [shared.view]);
  const [step, setStep] = useState(view.step);
  const [fromDrop, setFromDrop] = useState(view.from_drop);
  const [layer, setLayer] = useState(view.layer);
  const [mode, setMode] = useState<ClockMode>(view.clock);
  const [playing, setPlaying] = useState(false);
  const [hover] = useState(() => new HoverStore());
  const rest = useCallback((place: number | null) => (mode === "drop" ? setFromDrop : setStep)(place), [mode]);
  const clock = useRestingClock(mode === "drop" ? fromDrop : step, rest);
  const { experiment } = shared;
  const live = isLive(shared);
  const selected = useMemo(() => new Set(view.runs), [view.runs]);
  return (
    <>
      <main className="page explorer-page">
        <SharedHead title={shared.title} note={shared.note}>
          <StateWord state={experiment.state} />
          <span>
            {experiment.name} · {progressSentence(experiment, null)}
          </span>
        </SharedHead>
        <div className="panels">
          {panelsOf(view, shared.figures).map((name) => {
            const card = shared.figures.find((one) => one.name === name);
            return (
              card !== undefined && (
                <SharedPanel
                  key={name}
                  card={card}
                  token={token}
                  shared={shared}
                  view={view}
                  moved={{ step, layer }}
                  mode={mode}
                  clock={clock}
                  hover={hover}
                  onLayer={setLayer}
                />
              )
            );
          })}
        </div>
        <RunsTable
          runs={shared.runs}
          axes={axisPaths(experiment)}
          series={view.series}
          selected={selected}
          shown={shownRun(view)}
          files={{ address: `/api/shared/${token}/runs`, query: "" }}
        />
      </main>
      <MovingBar
        clock={clock}
        origin={mode === "drop" ? view.from_drop : view.step}
        steps={mode === "drop" ? FROM_DROP : experiment.steps}
        newest={view.step ?? experiment.progress.newest_step}
        ready
        smooth
        live={view.step === null && live ? "live" : "as shared"}
        mode={mode}
        onMode={setMode}
        playing={playing}
        onPlay={setPlaying}
      />
    </>
  );
}

interface PanelProps {
  card: FigureCard;
  token: string;
  shared: Shared;
  view: View;
  moved: Moved;
  mode: ClockMode;
  clock: ClockStore;
  hover: HoverStore;
  onLayer: (layer: string | null) => void;
}

function SharedPanel(props: PanelProps): ReactElement {
  const { card, token, shared, view, moved, mode, clock, hover, onLayer } = props;
  const live = isLive(shared);
  const diagram = card.name === "phase_diagram";
  const figure = useSharedFigure(token, card, moved, live);
  const film = useSharedFilm(token, live, diagram && figure.data !== undefined);
  const painted = diagram && film.data !== undefined && film.data.steps.length > 0 ? film.data : undefined;
  return (
    <FigureFrame
      card={card}
      view={view}
      heading={<h2>{card.title}</h2>}
      note={noteOf(card, view)}
      settings={
        <>
          {card.drawn_from.includes("layer") && (
            <LayerSetting series={shared.experiment.series} layer={moved.layer} onChange={onLayer} />
          )}
          <SaveMenu
            title={card.title}
            name={card.name}
            files={sharedFiles(`/api/shared/${token}/figures/${card.name}`, moved)}
          />
        </>
      }
    >
      {diagram && <PhaseLegend film={painted} figure={figure.data} clock={clock} mode={mode} />}
      <FigurePlace query={figure}>
        {(drawn) => (
          <PlotlyFigure
            figure={drawn}
            label={`${card.title}. ${card.description}`}
            liveClock={clock}
            clockMode={mode}
            hover={hover}
            legend={painted === undefined || painted.names.length === 0}
            {...(painted === undefined ? {} : { film: painted, stale: figure.isPlaceholderData })}
          />
        )}
      </FigurePlace>
    </FigureFrame>
  );
}

function noteOf(card: FigureCard, view: View): string | null {
  if (card.name === "phase_diagram") return seriesWords(view.colour);
  if (card.scope === "all") return null;
  const runs = card.drawn_from.includes("runs") ? counted(view.runs.length, "run") : `run ${shownRun(view) ?? "–"}`;
  return card.drawn_from.includes("series") ? `${seriesWords(view.series)} of ${runs}` : runs;
}
