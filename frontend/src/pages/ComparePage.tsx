/** Two to six runs or groups, also of different experiments, side by side under one clock. Its state is its address. */
import { Button, Skeleton } from "@mantine/core";
import { useDisclosure } from "@mantine/hooks";
import { useState, type ReactElement } from "react";
import { useLocation } from "react-router";

import type { Side } from "../api/types";
import { MOST_SIDES } from "../comparison";
import { useComparisonState } from "../comparison-state";
import { CompareBoard } from "../components/CompareBoard";
import { CopyLink } from "../components/CopyLink";
import { Failure } from "../components/Failure";
import { Icon } from "../components/icons";
import { PageMenu } from "../components/PageMenu";
import { ShareDialog } from "../components/ShareDialog";
import { SideDialog } from "../components/SideDialog";
import { SideList } from "../components/SideList";
import { useComparison } from "../queries/comparisons";
import { useTitle } from "../title";

export function ComparePage(): ReactElement {
  const { key, search } = useLocation();
  return <Opened key={key} search={search} />;
}

function Opened({ search }: { search: string }): ReactElement {
  const [comparison, change] = useComparisonState(search);
  const [place, setPlace] = useState<number | null>(null); // of the side that is being changed
  const [choosing, dialog] = useDisclosure(false);
  const [sharing, share] = useDisclosure(false);
  const body = useComparison(comparison);
  const { sides } = comparison;
  const names = sides.length === 0 ? [] : (body.data?.sides.map((side) => side.label) ?? []);
  useTitle(names.length === 0 ? "Compare" : names.join(" and "));
  const choose = (side: Side): void => {
    dialog.close();
    change({ sides: place === null ? [...sides, side] : sides.map((other, at) => (at === place ? side : other)) });
  };
  const open = (at: number | null): void => {
    setPlace(at);
    dialog.open();
  };
  return (
    <main className="page compare-page">
      <header className="section-head">
        <h1>Compare</h1>
        <div className="row">
          {sides.length < MOST_SIDES && (
            <Button variant={sides.length < 2 ? "filled" : "default"} onClick={() => open(null)}>
              Add a side
            </Button>
          )}
          {sides.length > 0 && <CopyLink />}
          {sides.length > 0 && (
            <Button leftSection={<Icon name="share" size={14} />} variant="default" onClick={share.open}>
              Share
            </Button>
          )}
          {sides.length > 0 && <PageMenu />}
        </div>
      </header>
      {sides.length === 0 && <Teaching />}
      {sides.length > 0 && body.data === undefined && body.error === null && (
        <Skeleton height="60vh" role="status" aria-label="The comparison is being fetched" />
      )}
      {sides.length > 0 && body.error !== null && <Failure error={body.error} retry={body.refetch} />}
      {sides.length > 0 && body.data !== undefined && (
        <>
          <SideList
            sides={body.data.sides}
            onEdit={open}
            onRemove={(at) => change({ sides: sides.filter((_, other) => other !== at) })}
          />
          <CompareBoard body={body.data} comparison={comparison} change={change} token={null} />
          <ShareDialog opened={sharing} onClose={share.close} view={comparison} suggestion={names.join(" and ")} />
        </>
      )}
      <SideDialog
        opened={choosing}
        side={place === null ? null : (sides[place] ?? null)}
        onClose={dialog.close}
        onChoose={choose}
      />
    </main>
  );
}

function Teaching(): ReactElement {
  return (
    <div className="empty">
      <p>
        <b>Nothing is compared yet.</b> A side is a run or a group of runs: the seeds of a cell, a phase, a whole
        experiment. Up to six stand next to each other under one clock, with what differs in their settings, their
        curves, events and drift, and how alike their layers are.
      </p>
      <p>
        Add a side here, or choose Compare beside the runs of an experiment: it parts what is selected into runs, cells,
        groups or phases.
      </p>
    </div>
  );
}
