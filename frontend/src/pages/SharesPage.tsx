/** Every link that was given away: what it opens, until when, and how to take it back. */
import { Button, Skeleton, Table } from "@mantine/core";
import type { ReactElement } from "react";
import { Link } from "react-router";

import type { Share, View } from "../api/types";
import { Confirm } from "../components/Confirm";
import { Failure } from "../components/Failure";
import { StateWord } from "../components/Progress";
import { date } from "../format";
import { useNow } from "../now";
import { DeletedList } from "../components/DeletedList";
import { ShortLinks } from "../components/ShortLinks";
import { useDelete } from "../queries/deletions";
import { useRevokeShare, useShares } from "../queries/shares";
import { useTitle } from "../title";
import { searchFromComparison, wholeComparison } from "../comparison";
import { DEFAULTS, searchFromView } from "../view";

export function SharesPage(): ReactElement {
  useTitle("Shares");
  const shares = useShares();
  const revoke = useRevokeShare();
  const now = useNow();
  return (
    <main className="page">
      <header className="section-head">
        <h1>Shares</h1>
        <span className="quiet">read-only links; each opens one view or comparison and nothing else</span>
      </header>
      {shares.error !== null && shares.data === undefined && <Failure error={shares.error} retry={shares.refetch} />}
      {revoke.error !== null && <Failure error={revoke.error} />}
      {shares.data === undefined && shares.error === null && (
        <Skeleton height={120} role="status" aria-label="The shares are being fetched" />
      )}
      {shares.data?.length === 0 && (
        <div className="empty">
          <p>
            <b>Nothing is shared yet.</b> Open an experiment, select what you want to show, set the clock, and press
            Share: the link opens exactly that.
          </p>
        </div>
      )}
      {shares.data !== undefined && shares.data.length > 0 && (
        <div className="panel" data-flush>
          <Table.ScrollContainer
            minWidth={620}
            scrollAreaProps={{ viewportProps: { tabIndex: 0, "aria-label": "List of shares", role: "region" } }}
          >
            <Table>
              <Table.Thead>
                <Table.Tr>
                  {["title", "view", "made", "expires", "state"].map((head) => (
                    <Table.Th key={head}>{head}</Table.Th>
                  ))}
                  <Table.Td />
                </Table.Tr>
              </Table.Thead>
              <Table.Tbody>
                {shares.data.map((share) => (
                  <Row
                    key={share.id}
                    share={share}
                    now={now}
                    busy={revoke.isPending && revoke.variables === share.id}
                    onRevoke={() => revoke.mutate(share.id)}
                  />
                ))}
              </Table.Tbody>
            </Table>
          </Table.ScrollContainer>
        </div>
      )}
      <ShortLinks />
      <DeletedList links />
    </main>
  );
}

export function shareState(
  share: Pick<Share, "revoked_at" | "expires_at">,
  now: number,
): "open" | "revoked" | "expired" {
  if (share.revoked_at !== null) return "revoked";
  return share.expires_at !== null && Date.parse(share.expires_at) <= now ? "expired" : "open";
}

function Shown({ view }: Pick<Share, "view">): ReactElement {
  if ("sides" in view)
    return <Link to={`/compare${searchFromComparison(wholeComparison(view))}`}>comparison of {view.sides.length}</Link>;
  const whole: View = { ...DEFAULTS, ...view };
  return <Link to={`/experiments/${whole.experiment}${searchFromView(whole)}`}>experiment {whole.experiment}</Link>;
}

function Row({
  share,
  now,
  busy,
  onRevoke,
}: {
  share: Share;
  now: number;
  busy: boolean;
  onRevoke: () => void;
}): ReactElement {
  const state = shareState(share, now);
  const remove = useDelete();
  return (
    <Table.Tr>
      <Table.Td>
        {share.title}
        {share.note !== "" && <p className="quiet clipped">{share.note}</p>}
      </Table.Td>
      <Table.Td>
        <Shown view={share.view} />
        {share.embeddable && <p className="quiet">may be embedded</p>}
      </Table.Td>
      <Table.Td>{date(share.created_at)}</Table.Td>
      <Table.Td>{share.expires_at === null ? "never" : date(share.expires_at)}</Table.Td>
      <Table.Td>
        <StateWord state={state} />
      </Table.Td>
      <Table.Td ta="right">
        {state === "open" && (
          <Confirm
            label="Revoke"
            name={`Revoke ${share.title}`}
            question="The link opens nothing from now on. This cannot be taken back; a new link can be made."
            yes="Revoke the link"
            busy={busy}
            act={onRevoke}
          />
        )}
        {state !== "open" && (
          <Button
            variant="default"
            aria-label={`Delete ${share.title}`}
            loading={remove.isPending}
            onClick={() => remove.mutate({ share: share.id, experiment: null, runs: null, view: null })}
          >
            Delete
          </Button>
        )}
      </Table.Td>
    </Table.Tr>
  );
}
