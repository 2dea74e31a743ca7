/** The panels of a comparison under one clock: what differs, all sides in one picture, and each side on its own. */
import { MultiSelect } from "@mantine/core";
import { useMemo, useState, type ReactElement } from "react";

import type { ComparedSide, Comparison, ComparisonBody, ComparisonCard, FigureCard } from "../api/types";
import { stepsOf, viewOfSide } from "../comparison";
import type { ChangeComparison } from "../comparison-state";
import { seriesWords } from "../format";
import { useComparisonCards, useComparisonFigure, useSideFigure } from "../queries/comparisons";
import { useFigureCards } from "../queries/figures";
import { ClockBar } from "./ClockBar";
import { DifferenceTable } from "./DifferenceTable";
import { FigurePlace, Panel } from "./Panel";
import { PlotlyFigure } from "./PlotlyFigure";
import { CurveSettings, LayerSetting } from "./Settings";
import { Letter } from "./SideList";

interface Props {
  body: ComparisonBody;
  comparison: Comparison;
  change: ChangeComparison;
  token: string | null; // of the share, when it is one: then only the clock and the layer can be moved
}

export function CompareBoard({ body, comparison, change, token }: Props): ReactElement {
  const [playing, setPlaying] = useState(false);
  const cards = useComparisonCards();
  const steps = useMemo(() => stepsOf(body.sides), [body.sides]);
  const newest = Math.max(0, ...body.sides.map((side) => side.experiment.progress.newest_step));
  const live = body.sides.some(({ experiment }) => experiment.state === "queued" || experiment.state === "running");
  const series = useMemo(() => [...new Set(body.sides.flatMap((side) => side.experiment.series))], [body.sides]);
  const first = body.sides[0]?.experiment;
  const settings = first !== undefined && token === null && (
    <CurveSettings experiment={{ spec: first.spec, series }} view={comparison} change={change as never} />
  );
  return (
    <>
      <div className="compare-board">
        <Panel area="differences" title="What differs">
          <DifferenceTable sides={body.sides} differences={body.differences} />
        </Panel>
        {cards?.map((card, place) => (
          <Together
            key={card.name}
            card={card}
            comparison={comparison}
            token={token}
            settings={place === 0 ? settings : undefined}
          />
        ))}
      </div>
      <SideBySide body={body} comparison={comparison} change={change} token={token} series={series} />
      <ClockBar
        steps={steps}
        step={comparison.step}
        newest={newest}
        ready
        live={live ? "live" : "newest"}
        playing={playing}
        onPlay={setPlaying}
        onMove={(step) => change({ step })}
      />
    </>
  );
}

interface TogetherProps {
  card: ComparisonCard;
  comparison: Comparison;
  token: string | null;
  settings: ReactElement | false | undefined;
}

function Together({ card, comparison, token, settings }: TogetherProps): ReactElement {
  const query = useComparisonFigure(card, comparison, token);
  return (
    <Panel area={card.name} title={card.title} note={seriesWords(comparison.series)} settings={settings}>
      <FigurePlace query={query}>
        {(figure) => <PlotlyFigure figure={figure} label={card.description} clock={comparison.step} />}
      </FigurePlace>
    </Panel>
  );
}

function SideBySide({ body, comparison, change, token, series }: Props & { series: readonly string[] }): ReactElement {
  const cards = useFigureCards() ?? [];
  const shown = comparison.beside.map((name) => cards.find((card) => card.name === name)).filter((card) => card != null);
  const layered = shown.some((card) => card.drawn_from.includes("layer"));
  return (
    <section className="side-by-side" aria-labelledby="side-by-side">
      <header className="section-head">
        <h2 id="side-by-side">Side by side</h2>
        <div className="panel-settings">
          {layered && (
            <LayerSetting series={series} layer={comparison.layer} onChange={(layer) => change({ layer })} />
          )}
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
              place={place}
              comparison={comparison}
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
  place: number;
  comparison: Comparison;
  token: string | null;
}

function OneSide({ card, side, place, comparison, token }: OneSideProps): ReactElement {
  const view = viewOfSide(comparison, side);
  const query = useSideFigure(card, view, place, token);
  return (
    <section className="panel side-panel" aria-label={`${card.title} of ${side.letter}`}>
      <header className="panel-head">
        <Letter side={side} />
        <h3>{card.title}</h3>
        {view.run !== null && card.drawn_from.includes("run") && <span className="panel-note">run {view.run}</span>}
      </header>
      <FigurePlace query={query}>
        {(figure) => (
          <PlotlyFigure figure={figure} label={`${card.title} of ${side.letter}. ${card.description}`} clock={view.step} />
        )}
      </FigurePlace>
    </section>
  );
}
