/** The runs in words: what varies, how far each is and where it got; selecting here selects everywhere. */
import { Button, Checkbox, Pagination, Radio, SegmentedControl, Table } from "@mantine/core";
import { memo, useState, type ReactElement } from "react";

import type { Run } from "../api/types";
import { axisLabel, count, seriesWords, value } from "../format";
import type { Files } from "../queries/figures";
import { Panel } from "./Panel";
import { StateWord } from "./Progress";

interface Props {
  runs: readonly Run[];
  axes: readonly string[];
  series: string;
  selected: ReadonlySet<number>;
  shown: number | null; // the run whose drift is shown
  files?: Files; // where they are saved from
  onPick?: (runs: readonly number[], adding: boolean) => void;
  onShow?: (run: number) => void;
}

const ROWS = 20;
const TABLES = [
  { form: "csv", label: "CSV" },
  { form: "parquet", label: "Parquet" },
];
type Which = "selected" | "all";

/** Remembered: it is long, and scrubbing changes nothing in it. */
export const RunsTable = memo(function RunsTable({
  runs,
  axes,
  series,
  selected,
  shown,
  files,
  onPick,
  onShow,
}: Props): ReactElement {
  const [asked, setAsked] = useState<Which | null>(null);
  const [page, setPage] = useState(1);
  const which = asked ?? (selected.size > 0 ? "selected" : "all");
  const listed = which === "all" ? runs : runs.filter((run) => selected.has(run.id));
  const pages = Math.max(1, Math.ceil(listed.length / ROWS));
  const here = Math.min(page, pages);
  const choose = (chosen: string): void => {
    setAsked(chosen === "all" ? "all" : "selected");
    setPage(1);
  };
  const settings = (
    <>
      <SegmentedControl
        aria-label="Which runs are listed"
        value={which}
        onChange={choose}
        data={[
          { value: "selected", label: `selected ${count(selected.size)}` },
          { value: "all", label: `all ${count(runs.length)}` },
        ]}
      />
      {files !== undefined && (
        <Button.Group>
          {TABLES.map(({ form, label }) => (
            <Button key={form} variant="default" component="a" href={`${files.address}/${form}${files.query}`} download>
              {label}
            </Button>
          ))}
        </Button.Group>
      )}
    </>
  );
  const columns = { axes, measured: measuredColumns(series) };
  return (
    <Panel title="Runs" note="values are each run’s newest" settings={settings} area="runs">
      {listed.length === 0 ? (
        <p className="empty">
          Nothing is selected. Click a cell of the phase diagram, shift-click to add, draw a box for many, or tick runs
          in the list of all.
        </p>
      ) : (
        <Table.ScrollContainer
          minWidth={720}
          scrollAreaProps={{ viewportProps: { tabIndex: 0, "aria-label": "List of runs", role: "region" } }}
        >
          <Table highlightOnHover>
            <Head {...columns} choosing={onPick !== undefined} />
            <Table.Tbody>
              {listed.slice((here - 1) * ROWS, here * ROWS).map((run) => (
                <Row
                  key={run.id}
                  run={run}
                  {...columns}
                  selected={selected.has(run.id)}
                  shown={shown === run.id}
                  {...(onPick === undefined ? {} : { onPick })}
                  {...(onShow === undefined ? {} : { onShow })}
                />
              ))}
            </Table.Tbody>
          </Table>
        </Table.ScrollContainer>
      )}
      {pages > 1 && (
        <Pagination
          size="sm"
          total={pages}
          value={here}
          onChange={setPage}
          aria-label="Pages of runs"
          getControlProps={(control) => ({ "aria-label": `${control} page` })}
          getItemProps={(number) => ({ "aria-label": `page ${number}` })}
        />
      )}
    </Panel>
  );
});

interface Columns {
  axes: readonly string[];
  measured: readonly string[];
}

function measuredColumns(series: string): string[] {
  const asked = series === "accuracy" ? [] : series === "loss" ? ["train_loss", "test_loss"] : [series];
  return [...new Set(["train_accuracy", "test_accuracy", ...asked])];
}

function Head({ axes, measured, choosing }: Columns & { choosing: boolean }): ReactElement {
  return (
    <Table.Thead>
      <Table.Tr>
        {choosing && <Table.Th>selected</Table.Th>}
        <Table.Th>drift of</Table.Th>
        {axes.map((path) => (
          <Table.Th key={path} ta="right">
            {axisLabel(path, axes)}
          </Table.Th>
        ))}
        <Table.Th ta="right">seed</Table.Th>
        <Table.Th>state</Table.Th>
        <Table.Th ta="right">step</Table.Th>
        {measured.map((name) => (
          <Table.Th key={name} ta="right">
            {seriesWords(name)}
          </Table.Th>
        ))}
      </Table.Tr>
    </Table.Thead>
  );
}

interface RowProps extends Columns {
  run: Run;
  selected: boolean;
  shown: boolean;
  onPick?: (runs: readonly number[], adding: boolean) => void;
  onShow?: (run: number) => void;
}

function Row({ run, axes, measured, selected, shown, onPick, onShow }: RowProps): ReactElement {
  return (
    <Table.Tr data-shown={shown || undefined}>
      {onPick !== undefined && (
        <Table.Td>
          <Checkbox aria-label={`Select run ${run.id}`} checked={selected} onChange={() => onPick([run.id], true)} />
        </Table.Td>
      )}
      <Table.Td>
        {onShow === undefined ? (
          `run ${run.id}`
        ) : (
          <Radio name="shown-run" label={`run ${run.id}`} checked={shown} onChange={() => onShow(run.id)} />
        )}
      </Table.Td>
      {axes.map((path) => (
        <Table.Td key={path} className="number">
          {value(run.point[path])}
        </Table.Td>
      ))}
      <Table.Td className="number">{run.seed}</Table.Td>
      <Table.Td>
        <StateWord state={run.state} />
        {run.message !== null && (
          <details className="reason">
            <summary>why</summary>
            <pre>{run.message}</pre>
          </details>
        )}
      </Table.Td>
      <Table.Td className="number">{count(run.step)}</Table.Td>
      {measured.map((name) => (
        <Table.Td key={name} className="number">
          {value(run.summary[name])}
        </Table.Td>
      ))}
    </Table.Tr>
  );
}
