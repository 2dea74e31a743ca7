/** Letting an experiment grow, or going on from some of its runs: each way first says what it would train. */
import { Button, Menu, Modal } from "@mantine/core";
import { useState, type ReactElement } from "react";
import { Link } from "react-router";

import type { Experiment, RunTable, View } from "../api/types";
import { BoundaryForm, MoreSeedsForm } from "./GrowForms";
import { CloserForm, ForkForm } from "./GoOnForms";
import { Icon } from "./icons";

interface Props {
  experiment: Experiment;
  table: RunTable;
  view: View;
  runs: readonly number[]; // that are selected
}

type Way = "seeds" | "boundary" | "fork" | "closer";

const TITLES: Readonly<Record<Way, string>> = {
  seeds: "More seeds",
  boundary: "Refine at the boundary",
  fork: "Fork a run",
  closer: "Look closer at an interval",
};

export function GrowMenu({ experiment, table, view, runs }: Props): ReactElement {
  const [way, setWay] = useState<Way | null>(null);
  const [first] = runs;
  const close = (): void => setWay(null);
  return (
    <>
      <Menu position="top-end" width={300} shadow="md" withinPortal={false} returnFocus>
        <Menu.Target>
          <Button variant="default" rightSection={<Icon name="down" size={11} />}>
            Grow
          </Button>
        </Menu.Target>
        <Menu.Dropdown>
          <Menu.Item onClick={() => setWay("seeds")}>
            More seeds {first === undefined ? "everywhere" : "here"} …<small>further runs of the same cells</small>
          </Menu.Item>
          <Menu.Item onClick={() => setWay("boundary")}>
            Refine at the boundary …<small>points where they tell most</small>
          </Menu.Item>
          <Menu.Divider />
          <Menu.Item
            component={Link}
            to={`/new?experiment=${experiment.id}${first === undefined ? "" : `&run=${first}&around=1`}`}
          >
            {first === undefined ? "New like this" : "A finer grid here"}
            <small>an experiment of its own</small>
          </Menu.Item>
          <Menu.Item disabled={first === undefined} onClick={() => setWay("fork")}>
            Fork this run …<small>the same up to a step, then otherwise</small>
          </Menu.Item>
          <Menu.Item disabled={first === undefined} onClick={() => setWay("closer")}>
            Look closer at an interval …<small>the same runs with many more checkpoints</small>
          </Menu.Item>
        </Menu.Dropdown>
      </Menu>
      <Modal
        opened={way !== null}
        onClose={close}
        title={way === null ? "" : TITLES[way]}
        closeButtonProps={{ "aria-label": "Close" }}
      >
        {way === "seeds" && <MoreSeedsForm experiment={experiment} table={table} runs={runs} done={close} />}
        {way === "boundary" && <BoundaryForm experiment={experiment} view={view} done={close} />}
        {way === "fork" && first !== undefined && (
          <ForkForm experiment={experiment} view={view} run={view.run ?? first} />
        )}
        {way === "closer" && <CloserForm experiment={experiment} view={view} runs={runs} />}
      </Modal>
    </>
  );
}
