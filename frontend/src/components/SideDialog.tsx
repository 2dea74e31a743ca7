/** Chooses one side of a comparison: an experiment, and which of its runs, in its phase diagram or by their numbers. */
import { Button, Modal, Select, TextInput } from "@mantine/core";
import { useState, type ReactElement } from "react";

import type { Side } from "../api/types";
import { counted } from "../format";
import { useExperiments } from "../queries/experiments";
import { useFigure } from "../queries/figures";
import { useFields } from "../queries/runs";
import { picked } from "../selection";
import { DEFAULTS, runsFromText, textFromRuns } from "../view";
import { FilterField } from "./LookBar";
import { FigurePlace } from "./Panel";
import { PlotlyFigure } from "./PlotlyFigure";

interface Props {
  opened: boolean;
  side: Side | null; // the one that is changed; nothing when one is added
  onClose: () => void;
  onChoose: (side: Side) => void;
}

export function SideDialog({ opened, side, onClose, onChoose }: Props): ReactElement {
  return (
    <Modal
      withinPortal={false}
      opened={opened}
      onClose={onClose}
      size="lg"
      title={side === null ? "Add a side" : "Choose other runs"}
      closeButtonProps={{ "aria-label": "Close" }}
    >
      <Chooser side={side} onChoose={onChoose} />
    </Modal>
  );
}

function Chooser({ side, onChoose }: Pick<Props, "side" | "onChoose">): ReactElement {
  const experiments = useExperiments();
  const listed = experiments.data?.pages.flat() ?? [];
  const [experiment, setExperiment] = useState(side?.experiment ?? null);
  const [runs, setRuns] = useState<readonly number[]>(side?.runs ?? []);
  const [filter, setFilter] = useState(side?.filter ?? "");
  const [run, setRun] = useState(side?.run ?? null);
  const [typed, setTyped] = useState<string | null>(null);
  const chosen = experiment ?? listed[0]?.id ?? null;
  const choose = (found: readonly number[]): void => {
    setRuns(found);
    setTyped(null);
  };
  return (
    <div className="form">
      <Select
        label="Experiment"
        size="sm"
        data={listed.map(({ id, name }) => ({ value: String(id), label: `${name} (${id})` }))}
        value={chosen === null ? null : String(chosen)}
        onChange={(number) => {
          setExperiment(number === null ? null : Number(number));
          choose([]);
          setFilter("");
          setRun(null);
        }}
        searchable
        comboboxProps={{ withinPortal: false }}
        withScrollArea={false}
        classNames={{ options: "choice-options" }}
      />
      {chosen !== null && (
        <Diagram
          experiment={chosen}
          runs={runs}
          filter={filter}
          onPick={(found, adding) => choose(picked({ runs: [...runs], run: null }, found, adding).runs)}
        />
      )}
      <TextInput
        label="Runs"
        description="Click cells above, with shift for several, or give numbers such as 1, 2, 7-12. Nothing means all."
        value={typed ?? textFromRuns(runs)}
        onChange={(event) => {
          setTyped(event.currentTarget.value);
          setRuns(runsFromText(event.currentTarget.value));
        }}
      />
      {chosen !== null && (
        <OnlyWhere key={`${chosen} ${filter}`} experiment={chosen} filter={filter} onChange={setFilter} />
      )}
      {runs.length !== 1 && (
        <TextInput
          label="Run that stands for them"
          description="Several runs are a group: median and band, with one run where only one can be shown, as in films."
          placeholder="the one in the middle"
          inputMode="numeric"
          value={run === null ? "" : String(run)}
          onChange={(event) => setRun(Number(event.currentTarget.value.replace(/\D/g, "").slice(0, 15)) || null)}
        />
      )}
      <Button
        size="sm"
        disabled={chosen === null}
        onClick={() => chosen !== null && onChoose({ experiment: chosen, runs: [...runs], run, filter })}
      >
        Compare {wordsOf(runs, filter)}
      </Button>
    </div>
  );
}

function wordsOf(runs: readonly number[], filter: string): string {
  if (runs.length === 0) return filter === "" ? "all its runs" : "the runs for which it holds";
  return filter === "" ? counted(runs.length, "run") : `those of ${counted(runs.length, "run")}`;
}

interface OnlyWhereProps {
  experiment: number;
  filter: string;
  onChange: (filter: string) => void;
}

function OnlyWhere({ experiment, filter, onChange }: OnlyWhereProps): ReactElement {
  const { data: fields = [] } = useFields(experiment);
  return (
    <label className="form-field">
      <span>Only where</span>
      <FilterField
        experiment={experiment}
        filter={filter}
        rule={null}
        problem={null}
        fields={fields}
        onChange={onChange}
      />
    </label>
  );
}

interface DiagramProps {
  experiment: number;
  runs: readonly number[];
  filter: string;
  onPick: (runs: readonly number[], adding: boolean) => void;
}

function Diagram({ experiment, runs, filter, onPick }: DiagramProps): ReactElement {
  const figure = useFigure("phase_diagram", { ...DEFAULTS, experiment, filter, runs: [...runs] });
  return (
    <div className="chooser-figure">
      <FigurePlace query={figure}>
        {(drawn) => (
          <PlotlyFigure
            figure={drawn}
            label="Phase diagram of this experiment: click a cell to choose its runs"
            drag="select"
            onPick={onPick}
          />
        )}
      </FigurePlace>
    </div>
  );
}
