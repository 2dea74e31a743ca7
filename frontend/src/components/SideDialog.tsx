/** Chooses one side of a comparison: an experiment, and which of its runs, in its phase diagram, by their numbers, or by
 * what they fulfil. Several are a group, for which one run stands. */
import { Button, Modal, Select, TextInput } from "@mantine/core";
import { useState, type ReactElement } from "react";

import type { FigureBody, Side } from "../api/types";
import { cellsOf } from "../figure/points";
import { counted } from "../format";
import { useExperiments } from "../queries/experiments";
import { useFigure } from "../queries/figures";
import { problemOf } from "../queries/runs";
import { picked } from "../selection";
import { DEFAULTS, runsFromText, textFromRuns } from "../view";
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
  const { data } = useExperiments();
  const listed = data?.pages.flat() ?? [];
  const [experiment, setExperiment] = useState(side?.experiment ?? null);
  const chosen = experiment ?? listed[0]?.id ?? null;
  const own = side?.experiment === chosen ? side : null;
  return (
    <div className="form">
      <Select
        label="Experiment"
        size="sm"
        data={listed.map(({ id, name }) => ({ value: String(id), label: `${name} (${id})` }))}
        value={chosen === null ? null : String(chosen)}
        onChange={(number) => setExperiment(number === null ? null : Number(number))}
        searchable
        comboboxProps={{ withinPortal: false }}
        withScrollArea={false}
        classNames={{ options: "choice-options" }}
      />
      {chosen !== null && <RunsOf key={chosen} experiment={chosen} side={own} onChoose={onChoose} />}
    </div>
  );
}

interface RunsProps {
  experiment: number;
  side: Side | null;
  onChoose: (side: Side) => void;
}

function RunsOf({ experiment, side, onChoose }: RunsProps): ReactElement {
  const [runs, setRuns] = useState<readonly number[]>(side?.runs ?? []);
  const [typed, setTyped] = useState<string | null>(null);
  const [run, setRun] = useState(side?.run ?? null);
  const only = useCondition(experiment, side?.filter ?? "");
  const figure = useFigure("phase_diagram", { ...DEFAULTS, experiment, filter: only.holds, runs: [...runs] });
  const stranger = run !== null && !standsThere(figure.data, runs, run);
  const choose = (found: readonly number[]): void => {
    setRuns(found);
    setTyped(null);
  };
  const compare = (): void => {
    void only.settle().then((filter) => {
      if (filter !== null) onChoose({ experiment, runs: [...runs], run: runs.length === 1 ? null : run, filter });
    });
  };
  return (
    <>
      <div className="chooser-figure">
        <FigurePlace query={figure}>
          {(drawn) => (
            <PlotlyFigure
              figure={drawn}
              label="Phase diagram of this experiment: click a cell to choose its runs"
              drag="select"
              onPick={(found, adding) => choose(picked({ runs: [...runs], run: null }, found, adding).runs)}
            />
          )}
        </FigurePlace>
      </div>
      <TextInput
        label="Runs"
        description="Click cells above, with shift for several, or give numbers such as 1, 2, 7-12. Nothing means all."
        value={typed ?? textFromRuns(runs)}
        onChange={(event) => {
          setTyped(event.currentTarget.value);
          setRuns(runsFromText(event.currentTarget.value));
        }}
      />
      <TextInput
        label="Only where"
        description="An expression that its runs fulfil. Nothing means whichever they are."
        placeholder='phase == "grokking"'
        value={only.text}
        error={only.problem}
        spellCheck={false}
        autoComplete="off"
        maxLength={500}
        onChange={(event) => only.write(event.currentTarget.value)}
        onBlur={() => void only.settle()}
      />
      {runs.length !== 1 && (
        <TextInput
          label="Run that stands for them"
          description="Several runs are a group: median and band, and one run where only one can be shown, as in films."
          placeholder="the one in the middle"
          inputMode="numeric"
          value={run === null ? "" : String(run)}
          error={stranger ? `Run ${run} is not among them.` : null}
          onChange={(event) => setRun(Number(event.currentTarget.value.replace(/\D/g, "").slice(0, 9)) || null)}
        />
      )}
      <Button size="sm" disabled={stranger && runs.length !== 1} onClick={compare}>
        Compare {wordsOf(runs, only.text.trim())}
      </Button>
    </>
  );
}

interface Condition {
  text: string;
  holds: string; // the last that could be read
  problem: string | null;
  write: (text: string) => void;
  settle: () => Promise<string | null>; // what holds now; null where it cannot be read
}

/** An expression as it is typed; the server says whether it can be read. */
function useCondition(experiment: number, given: string): Condition {
  const [text, write] = useState(given);
  const [holds, setHolds] = useState(given);
  const [problem, setProblem] = useState<string | null>(null);
  const settle = async (): Promise<string | null> => {
    const wanted = text.trim();
    const found =
      wanted === "" || wanted === holds
        ? null
        : await problemOf(experiment, { filter: wanted }).catch((error: unknown) => String(error));
    setProblem(found);
    if (found === null) setHolds(wanted);
    return found === null ? wanted : null;
  };
  return { text, holds, problem, write, settle };
}

/** Whether the run is among those that are named, or else in the diagram. */
function standsThere(figure: FigureBody | undefined, runs: readonly number[], run: number): boolean {
  if (runs.length > 0) return runs.includes(run);
  return figure === undefined || cellsOf(figure.data).some((line) => line.some((cell) => cell.includes(run)));
}

function wordsOf(runs: readonly number[], filter: string): string {
  if (runs.length === 0) return filter === "" ? "all its runs" : "the runs for which it holds";
  return filter === "" ? counted(runs.length, "run") : `those of ${counted(runs.length, "run")}`;
}
