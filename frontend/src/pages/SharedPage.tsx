/** What a link opens: one stored view, read-only. The clock and the layer may be moved; nothing is changed by it. */
import { Skeleton } from "@mantine/core";
import { useMemo, useState, type ReactElement } from "react";
import { useParams } from "react-router";

import { ApiError } from "../api/errors";
import type { FigureCard, SharedView, View } from "../api/types";
import { ClockBar } from "../components/ClockBar";
import { Failure } from "../components/Failure";
import { TopBar } from "../components/Frame";
import { Mark } from "../components/icons";
import { FigurePlace, Panel } from "../components/Panel";
import { PlotlyFigure } from "../components/PlotlyFigure";
import { progressSentence, StateWord } from "../components/Progress";
import { RunsTable } from "../components/RunsTable";
import { axisPaths, LayerSetting } from "../components/Settings";
import { SharedComparisonView } from "../components/SharedComparisonView";
import { counted, seriesWords } from "../format";
import { useSharedFigure } from "../queries/figures";
import { isLive, useShared } from "../queries/shares";
import { useTitle } from "../title";
import { DEFAULTS, shownRun } from "../view";

/** Inside a page of somebody else it has no bar of its own, but a link to itself. */
export function SharedPage({ embedded = false }: { embedded?: boolean }): ReactElement {
  const { token = "" } = useParams();
  const shared = useShared(token);
  useTitle(shared.data?.title);
  return (
    <>
      {embedded ? (
        <a className="embedded-link" href={`/s/${token}`} target="_blank" rel="noreferrer">
          Phasescope
        </a>
      ) : (
        <TopBar>
          <span className="brand">
            <Mark />
            <span>Phasescope</span>
          </span>
          <span className="quiet top-note">a shared view, read-only</span>
        </TopBar>
      )}
      {shared.data !== undefined && "body" in shared.data && (
        <SharedComparisonView key={token} token={token} shared={shared.data} />
      )}
      {shared.data !== undefined && !("body" in shared.data) && (
        <Opened key={token} token={token} shared={shared.data} />
      )}
      {shared.data === undefined && shared.error !== null && <Closed error={shared.error} retry={shared.refetch} />}
      {shared.data === undefined && shared.error === null && (
        <main className="page">
          <h1 className="unseen">Opening the link</h1>
          <Skeleton height="60vh" role="status" aria-label="The view is being fetched" />
        </main>
      )}
    </>
  );
}

function Closed({ error, retry }: { error: Error; retry: () => unknown }): ReactElement {
  const gone = error instanceof ApiError && error.kind === "not_found";
  return (
    <main className="page narrow">
      <h1>{gone ? "This link opens nothing" : "The link could not be opened"}</h1>
      {gone && <p>It may have been revoked, or its time is over. Ask whoever sent it for a new one.</p>}
      {gone ? <Failure error={error} /> : <Failure error={error} retry={retry} />}
    </main>
  );
}

function Opened({ token, shared }: { token: string; shared: SharedView }): ReactElement {
  const view = useMemo((): View => ({ ...DEFAULTS, ...shared.view }), [shared.view]);
  const [step, setStep] = useState(view.step);
  const [layer, setLayer] = useState(view.layer);
  const [playing, setPlaying] = useState(false);
  const { experiment } = shared;
  const moved = { step, layer };
  const live = isLive(shared);
  const card = (name: string): FigureCard | undefined => shared.figures.find((one) => one.name === name);
  const phase = useSharedFigure(token, card("phase_diagram"), moved, live);
  const curves = useSharedFigure(token, card("curves"), moved, live);
  const drift = useSharedFigure(token, card("drift"), moved, live);
  const run = shownRun(view);
  const selected = useMemo(() => new Set(view.runs), [view.runs]);
  return (
    <>
      <main className="page explorer-page">
        <div className="first-screen">
          <header className="head">
            <div className="head-words">
              <h1>{shared.title}</h1>
              {shared.note !== "" && <p className="note">{shared.note}</p>}
            </div>
            <div className="head-progress">
              <p>
                <StateWord state={experiment.state} />
                <span>
                  {experiment.name} · {progressSentence(experiment, null)}
                </span>
              </p>
            </div>
          </header>
          <div className="explorer">
            <Panel area="phase" title="Phase diagram" note={seriesWords(view.colour)}>
              <FigurePlace query={phase}>
                {(figure) => (
                  <PlotlyFigure
                    figure={figure}
                    label={`Phase diagram of ${experiment.name}, coloured by ${seriesWords(view.colour)}`}
                  />
                )}
              </FigurePlace>
            </Panel>
            <Panel
              area="curves"
              title="Curves"
              note={`${seriesWords(view.series)} of ${counted(view.runs.length, "run")}`}
            >
              <FigurePlace query={curves}>
                {(figure) => (
                  <PlotlyFigure
                    figure={figure}
                    label={`Curves of ${seriesWords(view.series)} of the selected runs`}
                    clock={step}
                  />
                )}
              </FigurePlace>
            </Panel>
            <Panel
              area="drift"
              title="Drift"
              note={run !== null && `run ${run}`}
              settings={<LayerSetting series={experiment.series} layer={layer} onChange={setLayer} />}
            >
              <FigurePlace query={drift}>
                {(figure) => (
                  <PlotlyFigure
                    figure={figure}
                    label={run === null ? "Drift: no run is selected" : `Drift of the layers of run ${run}`}
                    clock={step}
                  />
                )}
              </FigurePlace>
            </Panel>
          </div>
        </div>
        <RunsTable
          runs={shared.runs}
          axes={axisPaths(experiment)}
          series={view.series}
          selected={selected}
          shown={run}
        />
      </main>
      <ClockBar
        steps={experiment.steps}
        step={step}
        newest={view.step ?? experiment.progress.newest_step}
        ready={!phase.isPlaceholderData}
        live={view.step === null && live ? "live" : "as shared"}
        playing={playing}
        onPlay={setPlaying}
        onMove={(next) => setStep(next ?? view.step)}
      />
    </>
  );
}
