// A part of the page under its title, with what leads further; and the same where the viewer may see none of it.
import { Anchor, Box, Group, Paper, Text, Title } from "@mantine/core";
import type { ReactNode } from "react";
import { useTranslation } from "react-i18next";
import { Link } from "wouter";

import { Icon } from "../answer/Icon";
import type { WithheldReason } from "../gql/graphql";
import { useReason } from "./useReason";

type Props = {
  title: string;
  more?: { href: string; label: string };
  /** What one can do with the part, beside its title. */
  action?: ReactNode;
  children: ReactNode;
};

export function Panel({ title, more, action, children }: Props) {
  return (
    <Paper withBorder p="md" component="section" aria-label={title}>
      <Group justify="space-between" wrap="nowrap" mb="sm">
        <Title order={2} size="h3">
          {title}
        </Title>
        {more && (
          <Anchor component={Link} href={more.href} size="sm">
            {more.label}
          </Anchor>
        )}
        {action}
      </Group>
      {children}
    </Paper>
  );
}

/** A part that has the page to itself, under the tab that names it. */
export function Whole({ title, children }: { title: string; children: ReactNode }) {
  return (
    <Box component="section" aria-label={title}>
      {children}
    </Box>
  );
}

/** In the place of a whole part: the lock, why, and whom to ask. */
export function Locked({ reason, refused = false }: { reason: WithheldReason; refused?: boolean }) {
  const { t } = useTranslation();
  const say = useReason();
  return (
    <Group gap="sm" wrap="nowrap" align="flex-start" c="dimmed" role="note" aria-label={t(refused ? "customer.refused" : "customer.locked")}>
      <Box pt={2}>
        <Icon name="lock" />
      </Box>
      <Text size="sm" maw={520}>
        {(refused ? say.refused : say.withheld)(reason)}
      </Text>
    </Group>
  );
}
