// The tenant switcher at the right end of a row: enters the customer's own portal.
import { ActionIcon } from "@mantine/core";

import { Icon } from "../answer/Icon";

type Props = {
  tenant: { id: string; name: string };
  /** What the button is called, in the reader's language. */
  label: string;
};

export function EnterTenant({ label }: Props) {
  return (
    <ActionIcon variant="subtle" color="gray" aria-label={label} disabled>
      <Icon name="enter" />
    </ActionIcon>
  );
}
