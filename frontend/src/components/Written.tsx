/** A sentence of the catalogue: what stands between backticks is typed as it is. */
import { Fragment, type ReactElement } from "react";

export function Written({ text }: { text: string }): ReactElement {
  return (
    <>
      {text
        .split("`")
        .map((part, place) =>
          place % 2 === 1 ? <code key={place}>{part}</code> : <Fragment key={place}>{part}</Fragment>,
        )}
    </>
  );
}
