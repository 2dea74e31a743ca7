/** Instead of an experiment that was deleted while its page is open: what happened, and the way back. */
import { Button } from "@mantine/core";
import type { ReactElement } from "react";
import { Link } from "react-router";

import { useTakeBack } from "../queries/deletions";

interface Props {
  id: number;
  name: string | undefined;
  deletion: number;
}

export function Gone({ id, name, deletion }: Props): ReactElement {
  const back = useTakeBack();
  return (
    <main className="page narrow">
      <h1>{name ?? `Experiment ${id}`} was deleted</h1>
      <p role="status">
        It was deleted just now, here or by somebody else. For thirty days it can be taken back, with all its runs and
        links, as it was; what you looked at is still in the address of this page.
      </p>
      <div className="gone-ways">
        <Button loading={back.isPending} onClick={() => back.mutate(deletion)}>
          Take it back
        </Button>
        <Button variant="default" component={Link} to="/">
          To the gallery
        </Button>
      </div>
    </main>
  );
}
