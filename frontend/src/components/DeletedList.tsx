/** What was deleted and can still be taken back. Nothing is shown where there is nothing. */
import { Button } from "@mantine/core";
import type { ReactElement } from "react";

import type { Deletion } from "../api/types";
import { date, since } from "../format";
import { useNow } from "../now";
import { useDeletions, useTakeBack, whatOf } from "../queries/deletions";

/** Of experiments and their runs, or of links alone. */
export function DeletedList({ links }: { links: boolean }): ReactElement | null {
  const deletions = useDeletions();
  const back = useTakeBack();
  const listed = deletions.data?.filter(({ share, view }) => links === (share !== null || view !== null)) ?? [];
  if (listed.length === 0) return null;
  return (
    <section className="deleted" aria-labelledby="deleted">
      <h3 id="deleted">Deleted, can be taken back</h3>
      <ul>
        {listed.map((deletion) => (
          <DeletedRow
            key={deletion.id}
            deletion={deletion}
            busy={back.isPending && back.variables === deletion.id}
            onBack={() => back.mutate(deletion.id)}
          />
        ))}
      </ul>
    </section>
  );
}

function DeletedRow(props: { deletion: Deletion; busy: boolean; onBack: () => void }): ReactElement {
  const { deletion, busy, onBack } = props;
  const now = useNow();
  const what = whatOf(deletion);
  return (
    <li>
      <span>
        {what}{" "}
        <span className="quiet">
          {`deleted ${since(deletion.deleted_at, now)}, gone for good after ${date(deletion.kept_until)}`}
        </span>
      </span>
      <Button variant="default" loading={busy} aria-label={`Take back: ${what}`} onClick={onBack}>
        Take back
      </Button>
    </li>
  );
}
