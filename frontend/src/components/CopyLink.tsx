/** Copies the address of what is seen; a long one is kept by the server, and a short one copied. */
import { Button } from "@mantine/core";
import { useState, type ReactElement } from "react";

import { useKeepView } from "../queries/views";

const LONG = 120; // letters; longer ones break in mails and chats

export function CopyLink(): ReactElement {
  const keep = useKeepView();
  const [told, setTold] = useState<string | null>(null);
  const copy = async (): Promise<void> => {
    const { pathname, search, hash, origin } = window.location;
    const address = pathname + search + hash;
    const short = address.length <= LONG ? null : await keep.mutateAsync(address);
    await navigator.clipboard.writeText(origin + (short?.path ?? address));
  };
  const act = (): void => {
    copy()
      .then(() => setTold("Copied"))
      .catch(() => setTold("It could not be copied"));
    setTimeout(() => setTold(null), 2500);
  };
  return (
    <Button variant="default" loading={keep.isPending} onClick={act} aria-live="polite">
      {told ?? "Copy link"}
    </Button>
  );
}
