/** Opens the browser's dialog to print the page, or to keep it as PDF. */
import { ActionIcon, Tooltip } from "@mantine/core";
import type { ReactElement } from "react";

import { print } from "../printing";
import { Icon } from "./icons";

export function PrintButton(): ReactElement {
  return (
    <Tooltip label="Print the page, or keep it as PDF">
      <ActionIcon size="lg" className="print-button" aria-label="Print, or PDF of the page" onClick={() => print()}>
        <Icon name="print" size={15} />
      </ActionIcon>
    </Tooltip>
  );
}
