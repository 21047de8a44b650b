// The head of a customer's page: where it stands, how it is, and what the viewer is on it.
import { Anchor, Breadcrumbs, Group, Stack, Text, Title } from "@mantine/core";
import { useTranslation } from "react-i18next";
import { Link } from "wouter";

import type { PageCustomer } from "./CustomerPage";
import { HeadActions } from "./HeadActions";
import { SourceDataPopup } from "./SourceDataPopup";
import { Status } from "./Status";
import { StatusRing } from "./StatusRing";

export function Head({ customer }: { customer: PageCustomer }) {
  const { t } = useTranslation();
  const above = customer.tenant?.parent;
  return (
    <Stack gap={6}>
      <Breadcrumbs separatorMargin={6} fz="sm" component="nav" aria-label={t("customer.head.way")}>
        <Anchor component={Link} href="/customers" size="sm">
          {t("customers.title")}
        </Anchor>
        {above && <Text size="sm" c="dimmed">{above.name}</Text>}
      </Breadcrumbs>
      <Group justify="space-between" gap="xs">
        <Title order={1} maw="100%" className="cut" title={customer.name}>
          {customer.name}
        </Title>
        <HeadActions customer={customer} />
      </Group>
      <Group gap="lg" fz="sm" style={{ rowGap: 6 }}>
        <Status kind="customer" status={customer.status} />
        {customer.statusReason && <Text size="sm">{t(`customer.suspended.${customer.statusReason}`)}</Text>}
        {customer.onboarding && (
          <Group gap="xs" wrap="nowrap">
            <Text size="sm" c="dimmed">{t("customer.head.onboarding")}</Text>
            <StatusRing customer={customer} />
          </Group>
        )}
        <Group gap="xs" wrap="nowrap">
          <Text size="sm" c="dimmed">{t("customer.head.sourceData")}</Text>
          <SourceDataPopup customer={customer} />
        </Group>
        {customer.viewerRole && (
          <Text size="sm" c="dimmed">
            {t("customer.head.youAre", { role: t(`customer.role.${customer.viewerRole}`) })}
          </Text>
        )}
      </Group>
    </Stack>
  );
}
