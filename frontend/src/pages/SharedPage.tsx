/** What a link opens: one stored view or comparison, read-only. The clock and the layer may be moved. */
import { Skeleton } from "@mantine/core";
import type { ReactElement } from "react";
import { useParams } from "react-router";

import { ApiError } from "../api/errors";
import { Failure } from "../components/Failure";
import { TopBar } from "../components/Frame";
import { Mark } from "../components/icons";
import { SharedComparisonView } from "../components/SharedComparisonView";
import { SharedView } from "../components/SharedView";
import { useShared } from "../queries/shares";
import { useTitle } from "../title";

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
        <SharedView key={token} token={token} shared={shared.data} />
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
