/** The linked panels of one experiment under one clock: selecting anywhere selects everywhere. */
import { useCallback, useEffect, useEffectEvent, useMemo, useState, type ReactElement } from "react";

import type { Experiment, Run, View } from "../api/types";
import { ahead } from "../clock";
import { axisLabel, count, counted, seriesWords } from "../format";
import { useFigure, usePhaseDiagramsAhead } from "../queries/figures";
import { useRuns } from "../queries/runs";
import { picked } from "../selection";
import { shownRun } from "../view";
import type { ChangeView } from "../view-state";
import { ClockBar } from "./ClockBar";
import { ExperimentHead } from "./ExperimentHead";
import { Failure } from "./Failure";
import { FigurePlace, Panel } from "./Panel";
import { PlotlyFigure } from "./PlotlyFigure";
import { RunsTable } from "./RunsTable";
import { axisPaths, CurveSettings, LayerSetting, PhaseSettings, shownAxes } from "./Settings";

interface Props {
  experiment: Experiment;
  view: View;
  change: ChangeView;
}

const NO_RUNS: readonly Run[] = [];

export function Explorer({ experiment, view, change }: Props): ReactElement {
  const [playing, setPlaying] = useState(false);
  const run = shownRun(view);
  const selected = useMemo(() => new Set(view.runs), [view.runs]);
  const phase = useFigure("phase_diagram", view);
  const curves = useFigure("curves", view);
  const drift = useFigure("drift", view);
  const runs = useRuns(experiment.id);
  const next = useMemo(
    () => ahead({ steps: experiment.steps, step: view.step }, playing),
    [experiment.steps, view.step, playing],
  );
  usePhaseDiagramsAhead(view, next);
  useEscape(() => change({ runs: [], run: null }));

  const pick = useCallback(
    (chosen: readonly number[], adding: boolean) => change((before) => picked(before, chosen, adding)),
    [change],
  );
  const show = useCallback(
    (chosen: number) =>
      change((before) => ({ ...(before.runs.includes(chosen) ? {} : picked(before, [chosen], true)), run: chosen })),
    [change],
  );
  const { x, y, colour, series, step_scale, layer } = view;
  const axes = useMemo(() => axisPaths(experiment), [experiment]);
  const phaseSettings = useMemo(
    () => <PhaseSettings experiment={experiment} view={{ x, y, colour }} change={change} />,
    [experiment, x, y, colour, change],
  );
  const curveSettings = useMemo(
    () => <CurveSettings experiment={experiment} view={{ series, step_scale }} change={change} />,
    [experiment, series, step_scale, change],
  );
  const driftSettings = useMemo(
    () => <LayerSetting series={experiment.series} layer={layer} onChange={(chosen) => change({ layer: chosen })} />,
    [experiment.series, layer, change],
  );
  const going = experiment.state === "queued" || experiment.state === "running";
  return (
    <>
      <main className="page explorer-page">
        <div className="first-screen">
          <ExperimentHead experiment={experiment} view={view} />
          <div className="explorer">
            <Panel area="phase" title="Phase diagram" settings={phaseSettings}>
              <FigurePlace query={phase}>
                {(figure) => (
                  <PlotlyFigure figure={figure} label={phaseLabel(experiment, view)} drag="select" onPick={pick} />
                )}
              </FigurePlace>
            </Panel>
            <Panel
              area="curves"
              title="Curves"
              note={selected.size > 0 && counted(selected.size, "run")}
              settings={curveSettings}
            >
              <FigurePlace query={curves}>
                {(figure) => (
                  <PlotlyFigure
                    figure={figure}
                    label={`Curves of ${seriesWords(view.series)} of ${counted(selected.size, "selected run")}`}
                    clock={view.step}
                    onPick={(found) => found[0] !== undefined && show(found[0])}
                  />
                )}
              </FigurePlace>
            </Panel>
            <Panel area="drift" title="Drift" note={run !== null && `run ${run}`} settings={driftSettings}>
              <FigurePlace query={drift}>
                {(figure) => (
                  <PlotlyFigure
                    figure={figure}
                    label={run === null ? "Drift: no run is selected" : `Drift of the layers of run ${run}`}
                    clock={view.step}
                  />
                )}
              </FigurePlace>
            </Panel>
          </div>
        </div>
        {runs.error !== null && <Failure error={runs.error} retry={runs.refetch} />}
        <RunsTable
          runs={runs.data ?? NO_RUNS}
          axes={axes}
          series={view.series}
          selected={selected}
          shown={run}
          onPick={pick}
          onShow={show}
        />
      </main>
      <ClockBar
        steps={experiment.steps}
        step={view.step}
        newest={experiment.progress.newest_step}
        ready={!phase.isPlaceholderData}
        live={going ? "live" : "newest"}
        playing={playing}
        onPlay={setPlaying}
        onMove={(step) => change({ step })}
      />
    </>
  );
}

function phaseLabel(experiment: Experiment, view: View): string {
  const paths = axisPaths(experiment);
  const axes = shownAxes(experiment, view).filter((path) => path !== null);
  const over = axes.map((path) => axisLabel(path, paths)).join(" and ");
  const when = view.step === null ? "at the newest step" : `at step ${count(view.step)}`;
  return `Phase diagram: ${seriesWords(view.colour)} over ${over}, ${when}. The runs are also listed below.`;
}

/** Escape lets go of the selection, unless it closes something that is open. */
function useEscape(clear: () => void): void {
  const pressed = useEffectEvent((event: KeyboardEvent) => {
    const open =
      event.target instanceof Element && event.target.closest("[role=dialog], [aria-expanded=true]") !== null;
    if (event.key === "Escape" && !event.defaultPrevented && !open) clear();
  });
  useEffect(() => {
    window.addEventListener("keydown", pressed);
    return () => window.removeEventListener("keydown", pressed);
  }, []);
}
