/** The runs of a share in words: what varies, how far each is and where it got. */
import { Button, Pagination, SegmentedControl, Table } from "@mantine/core";
import { memo, useState, type ReactElement } from "react";

import type { Run } from "../api/types";
import { axisLabel, count, seriesWords, value } from "../format";
import type { Files } from "../queries/figures";
import { Panel } from "./Panel";
import { measuredColumns } from "./RunsPanel";
import { StateWord } from "./Progress";

interface Props {
  runs: readonly Run[];
  axes: readonly string[];
  series: string;
  selected: ReadonlySet<number>;
  shown: number | null; // the run whose drift is shown
  files: Files; // where they are saved from
}

const ROWS = 20;
const TABLES = [
  { form: "csv", label: "CSV" },
  { form: "parquet", label: "Parquet" },
];
type Which = "selected" | "all";

/** Remembered: it is long, and scrubbing changes nothing in it. */
export const RunsTable = memo(function RunsTable({ runs, axes, series, selected, shown, files }: Props): ReactElement {
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
      <Button.Group>
        {TABLES.map(({ form, label }) => (
          <Button key={form} variant="default" component="a" href={`${files.address}/${form}${files.query}`} download>
            {label}
          </Button>
        ))}
      </Button.Group>
    </>
  );
  const columns = { axes, measured: measuredColumns({ columns: [], series }) };
  return (
    <Panel title="Runs" note="values are each run’s newest" settings={settings} area="runs">
      {listed.length === 0 ? (
        <p className="empty">{which === "all" ? "There are no runs." : "No run is selected in this view."}</p>
      ) : (
        <Table.ScrollContainer
          minWidth={720}
          scrollAreaProps={{ viewportProps: { tabIndex: 0, "aria-label": "List of runs", role: "region" } }}
        >
          <Table highlightOnHover>
            <Head {...columns} />
            <Table.Tbody>
              {listed.slice((here - 1) * ROWS, here * ROWS).map((run) => (
                <Row key={run.id} run={run} {...columns} shown={shown === run.id} />
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

function Head({ axes, measured }: Columns): ReactElement {
  return (
    <Table.Thead>
      <Table.Tr>
        <Table.Th>run</Table.Th>
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
  shown: boolean;
}

function Row({ run, axes, measured, shown }: RowProps): ReactElement {
  return (
    <Table.Tr data-shown={shown || undefined}>
      <Table.Td>run {run.id}</Table.Td>
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
