/** A button that asks once before it does what cannot simply be taken back. */
import { Button, Popover } from "@mantine/core";
import { useDisclosure } from "@mantine/hooks";
import type { ReactElement } from "react";

interface Props {
  label: string;
  name?: string; // for those who do not see where the button stands
  question: string;
  yes: string;
  busy: boolean;
  act: () => void;
}

export function Confirm({ label, name, question, yes, busy, act }: Props): ReactElement {
  const [opened, asking] = useDisclosure(false);
  const agree = (): void => {
    asking.close();
    act();
  };
  return (
    <Popover
      opened={opened}
      onChange={(open) => !open && asking.close()}
      withinPortal={false}
      trapFocus
      returnFocus
      withArrow
      width={260}
      position="bottom-end"
    >
      <Popover.Target>
        <Button
          variant="default"
          loading={busy}
          onClick={asking.toggle}
          {...(name === undefined ? {} : { "aria-label": name })}
        >
          {label}
        </Button>
      </Popover.Target>
      <Popover.Dropdown className="confirm" aria-label={name ?? label}>
        <p>{question}</p>
        <Button color="red" onClick={agree}>
          {yes}
        </Button>
        <Button variant="subtle" color="gray" onClick={asking.close}>
          Keep
        </Button>
      </Popover.Dropdown>
    </Popover>
  );
}
