/** The panels of a comparison under one clock: what differs, all sides in one picture, and each side on its own. */
import { MultiSelect, SegmentedControl } from "@mantine/core";
import { useCallback, useMemo, useState, type ReactElement } from "react";

import type {
  ComparedSide,
  Comparison,
  ComparisonBody,
  ComparisonCard,
  FigureBody,
  FigureCard,
  Side,
} from "../api/types";
import { useRestingClock, type ClockStore } from "../clock-store";
import { searchFromComparison, stepsOf, wholeComparison } from "../comparison";
import type { ChangeComparison } from "../comparison-state";
import { isObject } from "../figure/arrays";
import { counted, seriesWords } from "../format";
import { useComparisonFigure, useSideFigure } from "../queries/comparisons";
import { sharedFiles, type Files } from "../queries/figures";
import { layersOf } from "../view";
import { MovingBar } from "./ClockBar";
import { DifferenceTable } from "./DifferenceTable";
import { FigurePlace, Panel } from "./Panel";
import { PlotlyFigure } from "./PlotlyFigure";
import { SaveMenu } from "./SaveMenu";
import { Choice } from "./Settings";
import { Letter } from "./SideList";

interface Props {
  body: ComparisonBody;
  comparison: Comparison;
  change: ChangeComparison;
  token: string | null; // of the share, when it is one: then only the clock and the layer can be moved
}

export function CompareBoard({ body, comparison, change, token }: Props): ReactElement {
  const [playing, setPlaying] = useState(false);
  const steps = useMemo(() => stepsOf(body.sides), [body.sides]);
  const newest = Math.max(0, ...body.sides.map((side) => side.experiment.progress.newest_step));
  const live = body.sides.some(({ experiment }) => experiment.state === "queued" || experiment.state === "running");
  const series = useMemo(() => [...new Set(body.sides.flatMap((side) => side.experiment.series))], [body.sides]);
  const rest = useCallback((step: number | null) => change({ step }), [change]);
  const clock = useRestingClock(comparison.step, rest);
  const settings = token === null && <LookSettings series={series} comparison={comparison} change={change} />;
  return (
    <>
      <div className="compare-board">
        <Panel area="differences" title="What differs">
          <DifferenceTable sides={body.sides} differences={body.differences} />
        </Panel>
        {body.together.map((card, place) => (
          <Together
            key={card.name}
            card={card}
            comparison={comparison}
            clock={clock}
            token={token}
            settings={place === 0 ? settings : undefined}
          />
        ))}
      </div>
      <SideBySide body={body} comparison={comparison} clock={clock} change={change} token={token} series={series} />
      <MovingBar
        clock={clock}
        origin={token === null ? null : (body.comparison.step ?? null)}
        steps={steps}
        newest={(token === null ? null : body.comparison.step) ?? newest}
        ready
        smooth
        live={token !== null ? "as shared" : live ? "live" : "newest"}
        playing={playing}
        onPlay={setPlaying}
      />
    </>
  );
}

interface LookProps {
  series: readonly string[];
  comparison: Comparison;
  change: ChangeComparison;
}

function LookSettings({ series, comparison, change }: LookProps): ReactElement {
  const options = ["accuracy", "loss", ...series].map((name) => ({ value: name, label: seriesWords(name) }));
  return (
    <>
      <Choice
        label="series"
        value={comparison.series}
        options={options}
        onChange={(chosen) => change({ series: chosen })}
        searchable
      />
      <SegmentedControl
        aria-label="Scale of the step axis"
        value={comparison.step_scale}
        data={["log", "linear"]}
        onChange={(scale) => change({ step_scale: scale === "linear" ? "linear" : "log" })}
      />
    </>
  );
}

const ALL = "all layers";

interface LayerProps {
  series: readonly string[];
  layer: string | null;
  onChange: (layer: string | null) => void;
}

function LayerChoice({ series, layer, onChange }: LayerProps): ReactElement {
  const options = [ALL, ...layersOf(series)].map((name) => ({ value: name, label: name }));
  return (
    <Choice
      label="layer"
      value={layer ?? ALL}
      options={options}
      onChange={(name) => onChange(name === ALL ? null : name)}
    />
  );
}

interface TogetherProps {
  card: ComparisonCard;
  comparison: Comparison;
  clock: ClockStore;
  token: string | null;
  settings: ReactElement | false | undefined;
}

function Together({ card, comparison, clock, token, settings }: TogetherProps): ReactElement {
  const query = useComparisonFigure(card, comparison, token);
  const drawsSeries = card.drawn_from.includes("series");
  return (
    <Panel
      area={card.name}
      title={card.title}
      note={drawsSeries && seriesWords(comparison.series)}
      settings={
        <>
          {settings}
          <SaveMenu title={card.title} name={card.name} files={filesTogether(card, comparison, token)} />
        </>
      }
    >
      <FigurePlace query={query}>
        {(figure) => <PlotlyFigure figure={figure} label={card.description} liveClock={clock} />}
      </FigurePlace>
    </Panel>
  );
}

function filesTogether(card: ComparisonCard, comparison: Comparison, token: string | null): Files {
  if (token === null)
    return { address: `/api/comparisons/figures/${card.name}`, query: searchFromComparison(comparison) };
  return sharedFiles(`/api/shared/${token}/comparison/${card.name}`, { step: comparison.step, layer: null });
}

interface SideBySideProps extends Props {
  clock: ClockStore;
  series: readonly string[];
}

function SideBySide({ body, comparison, clock, change, token, series }: SideBySideProps): ReactElement {
  const cards = body.apart;
  const shown = comparison.beside
    .map((name) => cards.find((card) => card.name === name))
    .filter((card) => card != null);
  const asked = wholeComparison(body.comparison).sides; // the page may be one side ahead of the answer
  const layered = shown.some((card) => card.drawn_from.includes("layer"));
  return (
    <section className="side-by-side" aria-labelledby="side-by-side">
      <header className="section-head">
        <h2 id="side-by-side">Side by side</h2>
        <div className="panel-settings">
          {layered && <LayerChoice series={series} layer={comparison.layer} onChange={(layer) => change({ layer })} />}
          {token === null && (
            <MultiSelect
              aria-label="Figures that stand side by side"
              placeholder={comparison.beside.length === 0 ? "choose figures" : ""}
              size="xs"
              data={cards.map(({ name, title }) => ({ value: name, label: title }))}
              value={shown.map((card) => card.name)}
              onChange={(beside) => change({ beside })}
              comboboxProps={{ withinPortal: false, width: "max-content", position: "bottom-end" }}
              withScrollArea={false}
              classNames={{ options: "choice-options" }}
            />
          )}
        </div>
      </header>
      {shown.map((card) => (
        <div key={card.name} className="side-row" style={{ "--sides": body.sides.length }}>
          {body.sides.map((side, place) => (
            <OneSide
              key={`${side.letter} ${side.experiment.id}`}
              card={card}
              side={side}
              asked={asked[place]}
              place={place}
              comparison={comparison}
              clock={clock}
              token={token}
            />
          ))}
        </div>
      ))}
    </section>
  );
}

interface OneSideProps {
  card: FigureCard;
  side: ComparedSide;
  asked: Side | undefined; // as the server was asked for it
  place: number;
  comparison: Comparison;
  clock: ClockStore;
  token: string | null;
}

function OneSide({ card, side, asked, place, comparison, clock, token }: OneSideProps): ReactElement {
  const own = asked ?? { experiment: side.experiment.id, runs: [], run: null, filter: "" };
  const query = useSideFigure(card, comparison, own, place, token);
  const note = noteOf(query.data, side);
  return (
    <section className="panel side-panel" aria-label={`${card.title} of ${side.letter}`}>
      <header className="panel-head">
        <Letter side={side} />
        <h3>{card.title}</h3>
        {note !== null && <span className="panel-note">{note}</span>}
        <div className="panel-settings">
          <SaveMenu
            title={`${card.title} of ${side.letter}`}
            name={`${card.name}-${side.letter}`}
            files={
              token === null
                ? filesOfSide(card, comparison, own)
                : sharedFiles(`/api/shared/${token}/sides/${place + 1}/${card.name}`, comparison)
            }
          />
        </div>
      </header>
      <FigurePlace query={query}>
        {(figure) => (
          <PlotlyFigure
            figure={figure}
            label={`${card.title} of ${side.letter}. ${card.description}`}
            liveClock={clock}
          />
        )}
      </FigurePlace>
    </section>
  );
}

function filesOfSide(card: FigureCard, comparison: Comparison, side: Side): Files {
  const query = searchFromComparison({ ...comparison, sides: [side] });
  return { address: `/api/comparisons/sides/${card.name}`, query };
}

/** Of a group, whether all its runs are in the figure or one stands for them; of a single run, which it is. */
export function noteOf(figure: FigureBody | undefined, side: Pick<ComparedSide, "runs">): string | null {
  const meta = figure?.layout["meta"];
  if (!isObject(meta)) return null;
  const group = side.runs.length > 1;
  if (typeof meta["run"] === "number") return `run ${meta["run"]}${group ? ` for ${side.runs.length} runs` : ""}`;
  if (!group || !Array.isArray(meta["runs"])) return null;
  const { length } = meta["runs"];
  return length === side.runs.length ? counted(length, "run") : `${length} of ${counted(side.runs.length, "run")}`;
}
