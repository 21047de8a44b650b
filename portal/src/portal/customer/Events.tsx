// Lines of an activity log: what was done, by whom, and when.
import { Stack, Text } from "@mantine/core";
import { useTranslation } from "react-i18next";

import { useFormats } from "../answer/formats";
import { Lines } from "./Lines";

type Event = { id: string; at: string; summary: string; actorEmail: string; onBehalf: boolean };

export function Events({ of }: { of: readonly Event[] }) {
  const { t } = useTranslation();
  const { moment } = useFormats();
  if (of.length === 0) return <Text size="sm" c="dimmed">{t("customer.activity.none")}</Text>;
  return (
    <Lines gap="sm">
      {of.map(({ id, at, summary, actorEmail, onBehalf }) => (
        <Stack key={id} component="li" gap={0}>
          <Text size="sm" style={{ overflowWrap: "anywhere" }}>
            <b>{actorEmail}</b> {summary}
          </Text>
          <Text size="xs" c="dimmed">
            <time dateTime={at}>{moment(at)}</time>
            {onBehalf && ` · ${t("customer.activity.onBehalf")}`}
          </Text>
        </Stack>
      ))}
    </Lines>
  );
}
