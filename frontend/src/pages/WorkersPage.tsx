/** Who trains: every process that leases runs from this server. */
import { Skeleton, Table } from "@mantine/core";
import type { ReactElement } from "react";
import { Link } from "react-router";

import type { Worker } from "../api/types";
import { Failure } from "../components/Failure";
import { ShareBar, StateWord } from "../components/Progress";
import { counted, duration, rate, since } from "../format";
import { useNow } from "../now";
import { useWorkers } from "../queries/workers";
import { useTitle } from "../title";

export function WorkersPage(): ReactElement {
  useTitle("Workers");
  const workers = useWorkers();
  const now = useNow();
  return (
    <main className="page">
      <header className="section-head">
        <h1>Workers</h1>
        <span className="quiet">
          processes that train; a silent one was not heard from for half a minute, and its runs go to another
        </span>
      </header>
      {workers.error !== null && workers.data === undefined && (
        <Failure error={workers.error} retry={workers.refetch} />
      )}
      {workers.data === undefined && workers.error === null && (
        <Skeleton height={120} role="status" aria-label="The workers are being fetched" />
      )}
      {workers.data?.length === 0 && (
        <div className="empty">
          <p>
            <b>No worker has come yet.</b> Experiments wait in the queue until one does.
          </p>
          <p>
            Start one in a terminal on this machine: <code>phasescope worker --server {window.location.origin}</code>
          </p>
        </div>
      )}
      {workers.data !== undefined && workers.data.length > 0 && (
        <div className="panel" data-flush>
          <Table.ScrollContainer
            className="stacking"
            minWidth={760}
            scrollAreaProps={{ viewportProps: { tabIndex: 0, "aria-label": "List of workers", role: "region" } }}
          >
            <Table>
              <Table.Thead>
                <Table.Tr>
                  {["name", "device", "state", "what it trains", "progress", "run-steps/s", "time left", "heard"].map(
                    (head) => (
                      <Table.Th key={head} ta={NUMBERS.has(head) ? "right" : "left"}>
                        {head}
                      </Table.Th>
                    ),
                  )}
                </Table.Tr>
              </Table.Thead>
              <Table.Tbody>
                {workers.data.map((worker) => (
                  <Row key={worker.id} worker={worker} now={now} />
                ))}
              </Table.Tbody>
            </Table>
          </Table.ScrollContainer>
        </div>
      )}
    </main>
  );
}

const NUMBERS: ReadonlySet<string> = new Set(["run-steps/s", "time left"]);

function Row({ worker, now }: { worker: Worker; now: number }): ReactElement {
  const { progress } = worker;
  return (
    <Table.Tr>
      <Table.Td data-label="name">{worker.name}</Table.Td>
      <Table.Td data-label="device">{worker.device}</Table.Td>
      <Table.Td data-label="state">
        <StateWord state={worker.state} />
      </Table.Td>
      <Table.Td data-label="what it trains">
        {worker.experiment === null ? (
          "–"
        ) : (
          <span>
            <Link to={`/experiments/${worker.experiment}`}>experiment {worker.experiment}</Link>
            {progress !== null && (
              <span className="quiet">{`, ${counted(progress.runs, "run")} together (shard ${worker.shard ?? "–"})`}</span>
            )}
          </span>
        )}
      </Table.Td>
      <Table.Td data-label="progress" className="worker-progress">
        {progress === null ? (
          "–"
        ) : (
          <ShareBar
            share={progress.run_steps_total > 0 ? progress.run_steps_done / progress.run_steps_total : 0}
            label={`Progress of what ${worker.name} trains`}
          />
        )}
      </Table.Td>
      <Table.Td className="number" data-label="run-steps/s">
        {worker.run_steps_per_second === null ? "–" : rate(worker.run_steps_per_second)}
      </Table.Td>
      <Table.Td className="number" data-label="time left">
        {progress?.seconds_left == null ? "–" : duration(progress.seconds_left)}
      </Table.Td>
      <Table.Td data-label="heard">{since(worker.seen_at, now)}</Table.Td>
    </Table.Tr>
  );
}
