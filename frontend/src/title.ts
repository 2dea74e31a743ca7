/** The title of the browser's tab: what one sees, then whose page it is. */
import { useEffect } from "react";

export function useTitle(title: string | undefined): void {
  useEffect(() => {
    document.title = title === undefined ? "Phasescope" : `${title} · Phasescope`;
  }, [title]);
}
