// The tenant switcher at the right end of a row: enters the customer's own portal.
import { ActionIcon, Popover, Text } from "@mantine/core";

import { Icon } from "../answer/Icon";
import { useSwitching } from "./switching";

type Props = {
  tenant: { id: string; name: string };
  /** What the button is called, in the reader's language. */
  label: string;
};

export function EnterTenant({ tenant, label }: Props) {
  const { enter, busy, problem } = useSwitching();
  return (
    <Popover opened={problem !== undefined} position="left" withArrow width={260}>
      <Popover.Target>
        <ActionIcon variant="subtle" color="gray" aria-label={label} title={label} loading={busy} onClick={() => void enter(tenant.id)}>
          <Icon name="enter" />
        </ActionIcon>
      </Popover.Target>
      <Popover.Dropdown>
        <Text size="sm" role="alert">
          {problem}
        </Text>
      </Popover.Dropdown>
    </Popover>
  );
}
