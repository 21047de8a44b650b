// A cell that opens a pop-up, whose contents are fetched only then.
import { Popover, Stack, Title, UnstyledButton, VisuallyHidden } from "@mantine/core";
import { useDisclosure } from "@mantine/hooks";
import { Suspense, type ReactNode } from "react";

import { Loading } from "../shell/Loading";
import classes from "./Popup.module.css";

type Props = {
  /** What the button is called besides what the cell says. */
  label: string;
  title: string;
  /** What the cell shows. */
  cell: ReactNode;
  width?: number;
  children: (close: () => void) => ReactNode;
};

export function Popup({ label, title, cell, width = 340, children }: Props) {
  const [opened, { toggle, close }] = useDisclosure(false);
  return (
    <Popover opened={opened} onChange={(open) => !open && close()} position="bottom-start" shadow="md" width={width} trapFocus
      returnFocus>
      <Popover.Target>
        <UnstyledButton className={classes.cell} onClick={toggle}>
          <VisuallyHidden>{label}: </VisuallyHidden>
          {cell}
        </UnstyledButton>
      </Popover.Target>
      <Popover.Dropdown maw="calc(100vw - 16px)" p="md" aria-label={title}>
        <Stack gap="sm">
          <Title order={2} size="h3" tabIndex={-1} data-autofocus className={classes.title}>
            {title}
          </Title>
          {opened && <Suspense fallback={<Loading />}>{children(close)}</Suspense>}
        </Stack>
      </Popover.Dropdown>
    </Popover>
  );
}
