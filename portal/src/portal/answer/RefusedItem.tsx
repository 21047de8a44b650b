// An item of a menu that the viewer may not choose: what it is, and why not. The arrow keys reach it, so that it can be read.
import { Menu, Text } from "@mantine/core";
import type { ReactNode } from "react";

import { Icon } from "./Icon";

type Props = { children: ReactNode; why: string };

export function RefusedItem({ children, why }: Props) {
  return (
    <Menu.Item
      closeMenuOnClick={false}
      c="dimmed"
      style={{ cursor: "default" }}
      leftSection={<Icon name="lock" size={14} />}
      // as a disabled item it would be passed over
      renderRoot={(props) => <button {...props} aria-disabled="true" />}
    >
      {children}
      <Text size="xs">{why}</Text>
    </Menu.Item>
  );
}
