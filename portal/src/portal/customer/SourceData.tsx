// How the intake of billing data goes for a customer and all beneath it: who is to blame, and which feeds there are.
import { Anchor, Group, Stack, Text } from "@mantine/core";
import { useTranslation } from "react-i18next";
import { Link } from "wouter";

import { useFormats } from "../answer/formats";
import type { SourceDataQuery } from "../gql/graphql";
import { addressOf } from "./addresses";
import { Answered } from "./Answered";
import { SOURCE_DATA } from "./onboarding.graphql";
import { Lines } from "./Lines";
import { Status } from "./Status";
import { useAnswer } from "./useAnswer";

type Health = NonNullable<SourceDataQuery["customer"]>["sourceData"];

export function SourceData({ id, onLeave }: { id: string; onLeave: () => void }) {
  const reading = useAnswer(SOURCE_DATA, { id });
  return (
    <Answered of={reading}>
      {({ customer }) => customer && <HealthParts id={id} health={customer.sourceData} onLeave={onLeave} />}
    </Answered>
  );
}

function HealthParts({ id, health, onLeave }: { id: string; health: Health; onLeave: () => void }) {
  const { t } = useTranslation();
  const { moment } = useFormats();
  const { breakdown, worst, feeds, lastIngestedAt } = health;
  const tenants = breakdown.reduce((sum, { count }) => sum + count, 0);
  const elsewhere = worst.nodes.filter((customer) => customer.id !== id);
  return (
    <Stack gap="sm" fz="sm">
      {tenants > 1 && (
        <Group gap="sm">
          {breakdown.filter(({ count }) => count > 0).map(({ status, count }) => (
            <Status key={status} kind="sourceData" status={status} count={String(count)} />
          ))}
        </Group>
      )}
      {elsewhere.length > 0 && (
        <Text size="sm">
          {t("customer.sourceData.toBlame")}{" "}
          {elsewhere.map((customer, n) => (
            <span key={customer.id}>
              {n > 0 && ", "}
              <Anchor component={Link} size="sm" href={addressOf(customer.id)} onClick={onLeave}>
                {customer.name}
              </Anchor>
            </span>
          ))}
        </Text>
      )}
      {feeds.nodes.length === 0 && <Text size="sm" c="dimmed">{t("customer.sourceData.noFeeds")}</Text>}
      <Lines>
        {feeds.nodes.map((feed) => (
          <li key={feed.id}>
            <Group justify="space-between" wrap="nowrap" gap="sm">
              <span className="cut" title={feed.name}>{feed.name}</span>
              <Status kind="sourceData" status={feed.status} />
            </Group>
            <Text size="xs" c="dimmed">
              {[feed.tenant && tenants > 1 ? feed.tenant.name : null, feed.message,
                feed.lastIngestedAt && t("customer.sourceData.last", { at: moment(feed.lastIngestedAt) })].filter(Boolean).join(" · ")}
            </Text>
          </li>
        ))}
      </Lines>
      {feeds.totalCount > feeds.nodes.length && (
        <Text size="xs" c="dimmed">{t("customer.sourceData.more", { count: feeds.totalCount - feeds.nodes.length })}</Text>
      )}
      {feeds.nodes.length === 0 && lastIngestedAt && <Text size="xs" c="dimmed">{t("customer.sourceData.last", { at: moment(lastIngestedAt) })}</Text>}
    </Stack>
  );
}
