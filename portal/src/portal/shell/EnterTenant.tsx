// The tenant switcher at the right end of a row: enters the customer's own portal.
import { ActionIcon, Button, Popover, Text } from "@mantine/core";

import { Icon } from "../answer/Icon";
import { useSwitching } from "./switching";

type Props = {
  tenant: { id: string; name: string };
  /** What the button is called, in the reader's language. */
  label: string;
  /** What it says, where there is room for words. */
  text?: string;
};

export function EnterTenant({ tenant, label, text }: Props) {
  const { enter, busy, problem } = useSwitching();
  return (
    <Popover opened={problem !== undefined} position="left" withArrow width={260}>
      <Popover.Target>
        {text ? (
          <Button variant="default" size="xs" leftSection={<Icon name="enter" size={14} />} aria-label={label} loading={busy} onClick={() => void enter(tenant.id)}>
            {text}
          </Button>
        ) : (
          <ActionIcon variant="subtle" color="gray" aria-label={label} title={label} loading={busy} onClick={() => void enter(tenant.id)}>
            <Icon name="enter" />
          </ActionIcon>
        )}
      </Popover.Target>
      <Popover.Dropdown>
        <Text size="sm" role="alert">
          {problem}
        </Text>
      </Popover.Dropdown>
    </Popover>
  );
}
