// What one sees first of a customer: its figures, what is under way, and how to reach it.
import { Button, SimpleGrid, Stack, Text } from "@mantine/core";
import { useTranslation } from "react-i18next";

import { useFormats } from "../answer/formats";
import { Withheld } from "../answer/Withheld";
import type { WithheldReason } from "../gql/graphql";
import { addressOf } from "./addresses";
import type { PageCustomer } from "./CustomerPage";
import { CustomerForm } from "./CustomerForm";
import { Events } from "./Events";
import { Facts } from "./Facts";
import { Figures } from "./Figures";
import { Lines } from "./Lines";
import { Locked, Panel } from "./Panel";
import { Status, type StatusKind } from "./Status";
import { Totals } from "./Totals";
import { useForm } from "./useForm";

type Props = { customer: PageCustomer; why: (path: string) => WithheldReason | undefined };

export function Dashboard({ customer, why, again }: Props & { again: () => void }) {
  const [editing, edit] = useForm();
  const may = customer.viewerActions.some(({ action, allowed }) => action === "edit" && allowed);
  const { t } = useTranslation();
  const { month } = useFormats();
  const { id, contractSummary, invoiceSummary, dashboard } = customer;
  const locked = (path: string) => {
    const reason = why(`customer.${path}`);
    return reason && <Locked reason={reason} />;
  };
  return (
    <Stack gap="md">
      <Figures summary={customer.summary} withheld={why("customer.summary")} />
      <SimpleGrid cols={{ base: 1, sm: 2, lg: 3 }} spacing="md">
        <Panel title={t("customer.services.title")} more={{ href: addressOf(id, "services"), label: t("customer.dashboard.allServices") }}>
          {locked("dashboard.serviceStatus") ?? <Counts kind="service" of={dashboard.serviceStatus} none={t("customer.services.none")} />}
        </Panel>
        <Panel title={t("customer.contracts.title")} more={contractSummary ? { href: addressOf(id, "contracts"), label: t("customer.contracts.viewAll") } : undefined}>
          {locked("contractSummary") ?? <Counts kind="contract" of={contractSummary?.byStatus} none={t("customer.contracts.none")} />}
        </Panel>
        <Panel
          title={invoiceSummary ? t("customer.invoices.of", { month: month(invoiceSummary.billingMonth) }) : t("customer.invoices.title")}
          more={invoiceSummary ? { href: addressOf(id, "invoices", undefined, invoiceSummary.billingMonth), label: t("customer.invoices.viewAll") } : undefined}
        >
          {locked("invoiceSummary") ?? (
            <Stack gap="sm">
              <Counts kind="invoice" of={invoiceSummary?.groups} none={t("customer.invoices.noneInMonth")} />
              {invoiceSummary && invoiceSummary.groups.length > 0 && <Totals of={invoiceSummary} />}
            </Stack>
          )}
        </Panel>
      </SimpleGrid>
      <SimpleGrid cols={{ base: 1, md: 2 }} spacing="md">
        <Panel title={t("customer.dashboard.recent")} more={dashboard.recentActivity ? { href: addressOf(id, "activity"), label: t("customer.dashboard.allActivity") } : undefined}>
          {locked("dashboard.recentActivity") ?? <Events of={dashboard.recentActivity ?? []} />}
        </Panel>
        <Panel
          title={t("customer.details.title")}
          action={
            may && (
              <Button size="compact-xs" variant="default" aria-label={t("customer.details.edit")} onClick={() => edit(true)}>
                {t("customer.edit")}
              </Button>
            )
          }
        >
          <Details customer={customer} why={why} />
        </Panel>
      </SimpleGrid>
      {may && editing && <CustomerForm customer={customer} again={again} onClose={() => edit(false)} />}
    </Stack>
  );
}

function Counts({ kind, of, none }: { kind: StatusKind; of: readonly { status: string; count: number }[] | null | undefined; none: string }) {
  const { figure } = useFormats();
  if (!of || of.length === 0) return <Text size="sm" c="dimmed">{none}</Text>;
  return (
    <Lines>
      {of.map(({ status, count }) => (
        <li key={status}>
          <Text component="div" size="sm">
            <Status kind={kind} status={status} count={figure(count)} />
          </Text>
        </li>
      ))}
    </Lines>
  );
}

function Details({ customer, why }: Props) {
  const { t } = useTranslation();
  const { date, figure, country } = useFormats();
  const users = why("customer.dashboard.users");
  const known = customer.dashboard.users;
  const { address } = customer;
  return (
    <Facts
      of={[
        [t("customer.details.primaryAdmin"), customer.primaryAdmin && `${customer.primaryAdmin.displayName}, ${customer.primaryAdmin.email}`],
        [t("customer.details.email"), customer.email],
        [t("customer.details.phone"), customer.phone],
        [t("customer.details.website"), customer.website],
        [t("customer.details.country"), customer.country && country(customer.country)],
        [t("customer.details.address"), address && [address.line1, address.line2, [address.postalCode, address.city].filter(Boolean).join(" "), address.stateOrProvince].filter(Boolean).join(", ")],
        [t("customer.details.reference"), customer.reference],
        [t("customer.details.users"), users ? <Withheld reason={users} /> : typeof known === "number" ? figure(known) : null],
        [t("customer.details.since"), customer.acceptedAt && date(customer.acceptedAt.slice(0, 10))],
        [t("customer.details.description"), customer.description],
      ]}
    />
  );
}
