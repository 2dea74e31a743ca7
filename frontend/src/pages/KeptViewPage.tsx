/** A short address that leads to a long one. */
import { Skeleton } from "@mantine/core";
import type { ReactElement } from "react";
import { Navigate, useParams } from "react-router";

import { Failure } from "../components/Failure";
import { useKeptView } from "../queries/views";

export function KeptViewPage(): ReactElement {
  const { name = "" } = useParams();
  const kept = useKeptView(name);
  if (kept.data !== undefined) return <Navigate to={kept.data.address} replace />;
  return (
    <main className="page narrow">
      <h1>{kept.error === null ? "Opening the link" : "This link opens nothing"}</h1>
      {kept.error === null ? (
        <Skeleton height={60} role="status" aria-label="The address is being fetched" />
      ) : (
        <Failure error={kept.error} />
      )}
    </main>
  );
}
