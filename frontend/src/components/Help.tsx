/** Everything that keys and the pointer do here: opened by `?`. */
import { ActionIcon, Modal, Tooltip } from "@mantine/core";
import { useDisclosure } from "@mantine/hooks";
import { useEffect, useEffectEvent, type ReactElement } from "react";

import { Icon } from "./icons";

const KEYS: readonly { about: string; keys: readonly (readonly [string, string])[] }[] = [
  {
    about: "Clock",
    keys: [
      ["← →", "one checkpoint back, one on; with Shift five"],
      ["Space", "play, pause"],
      ["Home, End", "the first checkpoint; live"],
    ],
  },
  {
    about: "Select",
    keys: [
      ["click", "a cell, a curve, a row, a phase in the legend"],
      ["Shift + click", "everything from the last one to this one"],
      ["Ctrl or ⌘ + click", "one more, or one less"],
      ["drag", "a box over the diagram; its toolbar has a lasso"],
      ["Escape", "nothing"],
    ],
  },
  {
    about: "Phase diagram and small multiples, once they have the focus",
    keys: [
      ["← → ↑ ↓", "from cell to cell, over an edge into the next diagram; every panel marks its runs"],
      ["Enter", "select it; with Shift all from the last one, with Ctrl one more"],
      ["Shift + ← → ↑ ↓", "select a rectangle of cells"],
    ],
  },
  {
    about: "Page",
    keys: [
      ["Tab", "to the next control; what is in a menu, with arrows"],
      ["/", "to the filter"],
      ["double-click", "a figure is as it was before one zoomed"],
      ["?", "this help"],
    ],
  },
];

export function Help(): ReactElement {
  const [opened, help] = useDisclosure(false);
  const pressed = useEffectEvent((event: KeyboardEvent) => {
    const typing =
      event.target instanceof Element &&
      event.target.closest("input:not([type=range], [type=checkbox], [type=radio]), textarea, [role=dialog]") !== null;
    if (typing || event.ctrlKey || event.metaKey || event.altKey) return;
    if (event.key === "?") help.open();
    if (event.key !== "/") return;
    event.preventDefault();
    document.querySelector<HTMLInputElement>(".look-filter input")?.focus();
  });
  useEffect(() => {
    window.addEventListener("keydown", pressed);
    return () => window.removeEventListener("keydown", pressed);
  }, []);
  return (
    <>
      <Tooltip label="Keys (?)">
        <ActionIcon className="help-button" aria-label="Help on keys" onClick={help.open}>
          <Icon name="help" />
        </ActionIcon>
      </Tooltip>
      <Modal
        opened={opened}
        onClose={help.close}
        title="Keys and pointer"
        size="lg"
        closeButtonProps={{ "aria-label": "Close" }}
      >
        <div className="help">
          {KEYS.map(({ about, keys }) => (
            <section key={about}>
              <h3>{about}</h3>
              <dl>
                {keys.map(([key, does]) => (
                  <div key={key}>
                    <dt>
                      <kbd>{key}</kbd>
                    </dt>
                    <dd>{does}</dd>
                  </div>
                ))}
              </dl>
            </section>
          ))}
        </div>
      </Modal>
    </>
  );
}
