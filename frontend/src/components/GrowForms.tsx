/** More runs of the same experiment: the proposal and its cost are shown before anything is queued. */
import { Button, NumberInput } from "@mantine/core";
import { useDebouncedValue } from "@mantine/hooks";
import { useState, type ReactElement } from "react";

import type { Experiment, Extension, RunTable, View } from "../api/types";
import { axisLabel, count, counted, value } from "../format";
import { MOST_EXTENSIONS, moreSeeds, nextSeed, sliceWords } from "../growing";
import { useGrow, useGrowthCost, useProposal } from "../queries/growing";
import { useToast } from "../toasts";
import { CostPlace } from "./CostPlace";
import { Failure } from "./Failure";
import { axisPaths, shownAxes } from "./Settings";

const PAUSE = 250; // milliseconds after the last digit until the server is asked
const MOST_SEEDS = 1000;
const MOST_POINTS = 64;

interface SeedsProps {
  experiment: Experiment;
  table: RunTable;
  runs: readonly number[];
  done: () => void;
}

export function MoreSeedsForm({ experiment, table, runs, done }: SeedsProps): ReactElement {
  const [seeds, setSeeds] = useState(1);
  const extensions = moreSeeds(experiment, table, runs, seeds);
  const first = nextSeed(experiment);
  return (
    <div className="form">
      <p>
        {runs.length === 0
          ? "Every cell gets further runs, which differ in the seed alone."
          : `The cells of ${counted(runs.length, "selected run")} get further runs, which differ in the seed alone.`}
      </p>
      <Counted label="How many more" most={MOST_SEEDS} value={seeds} onChange={setSeeds} />
      <p className="quiet">{seeds === 1 ? `Seed ${first}.` : `Seeds ${first} to ${first + seeds - 1}.`}</p>
      {extensions === null ? (
        <p className="problem" role="alert">
          These are more than {MOST_EXTENSIONS} cells that make no rectangle. Select fewer, or a rectangle.
        </p>
      ) : (
        <Growth experiment={experiment} extensions={extensions} done={done} />
      )}
    </div>
  );
}

interface BoundaryProps {
  experiment: Experiment;
  view: View;
  done: () => void;
}

export function BoundaryForm({ experiment, view, done }: BoundaryProps): ReactElement {
  const [points, setPoints] = useState(8);
  const [settled] = useDebouncedValue(points, PAUSE);
  const proposal = useProposal(view, settled);
  return (
    <div className="form">
      <p>Points near the boundaries of the diagram as it is shown, where one more run tells most.</p>
      {sliceWords(experiment, view.at, shownAxes(experiment, view)).map((sentence) => (
        <p key={sentence}>{sentence}</p>
      ))}
      <Counted label="At most so many points" most={MOST_POINTS} value={points} onChange={setPoints} />
      {proposal.error !== null && <Failure error={proposal.error} retry={proposal.refetch} />}
      {proposal.data?.length === 0 && (
        <p className="empty">
          Nothing is proposed: the diagram shows no boundary yet, or the points beside it are trained already.
        </p>
      )}
      {proposal.data !== undefined && proposal.data.length > 0 && (
        <>
          <Points experiment={experiment} extensions={proposal.data} />
          <Growth experiment={experiment} extensions={proposal.data} done={done} />
        </>
      )}
    </div>
  );
}

function Points({
  experiment,
  extensions,
}: {
  experiment: Experiment;
  extensions: readonly Extension[];
}): ReactElement {
  const paths = axisPaths(experiment);
  return (
    <div className="proposal" tabIndex={0} role="region" aria-label="Proposed points">
      <table className="grid">
        <thead>
          <tr>
            {(extensions[0]?.axes ?? []).map(({ path }) => (
              <th key={path} scope="col">
                {axisLabel(path, paths)}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {extensions.map((extension) => (
            <tr key={JSON.stringify(extension)}>
              {extension.axes.map(({ path, values }) => (
                <td key={path}>{(values ?? []).map(value).join(", ")}</td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}

/** What these extensions cost, and the button that accepts them. */
function Growth(props: { experiment: Experiment; extensions: readonly Extension[]; done: () => void }): ReactElement {
  const { experiment, extensions, done } = props;
  const [settled] = useDebouncedValue(extensions, PAUSE);
  const cost = useGrowthCost(experiment.id, settled);
  const grow = useGrow(experiment.id);
  const say = useToast();
  const runs = cost.data?.runs;
  const accept = (): void =>
    grow.mutate(extensions, {
      onSuccess: () => {
        say(`${counted(runs ?? 0, "run")} of ${experiment.name} wait to be trained.`);
        done();
      },
    });
  return (
    <>
      <CostPlace cost={cost.data ?? null} problems={[]} error={grow.error ?? cost.error} />
      {runs === 0 && <p className="quiet">The experiment has all of these runs already.</p>}
      <Button size="sm" disabled={runs === undefined || runs === 0} loading={grow.isPending} onClick={accept}>
        {runs === undefined ? "Train them" : `Train ${count(runs)} more ${runs === 1 ? "run" : "runs"}`}
      </Button>
    </>
  );
}

interface CountedProps {
  label: string;
  most: number;
  value: number;
  onChange: (value: number) => void;
}

function Counted({ label, most, value: given, onChange }: CountedProps): ReactElement {
  return (
    <NumberInput
      label={label}
      size="xs"
      min={1}
      max={most}
      allowDecimal={false}
      allowNegative={false}
      clampBehavior="strict"
      value={given}
      onChange={(changed) => typeof changed === "number" && changed >= 1 && onChange(changed)}
      data-autofocus
    />
  );
}
