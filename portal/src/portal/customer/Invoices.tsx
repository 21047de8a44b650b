// A customer's invoices, all or of one billing month, with what that month comes to, and one of them beside it.
import { Anchor, Group, NativeSelect, Paper, Stack, Table, Text } from "@mantine/core";
import { useTranslation } from "react-i18next";
import { Link, useLocation, useSearch } from "wouter";

import { useFormats } from "../answer/formats";
import type { CustomerInvoicesQuery } from "../gql/graphql";
import { addressOf } from "./addresses";
import { DocumentButton } from "./DocumentButton";
import { CUSTOMER_INVOICES } from "./invoices.graphql";
import { InvoiceView, isOwed } from "./InvoiceView";
import { latestMonths } from "./months";
import { Locked, Whole } from "./Panel";
import { Rows } from "./Rows";
import { Status } from "./Status";
import { Totals } from "./Totals";
import { useAnswer } from "./useAnswer";

type Invoice = NonNullable<NonNullable<CustomerInvoicesQuery["customer"]>["invoices"]>["nodes"][number];
type Props = { id: string; name: string; item: string | undefined };

export function Invoices({ id, name, item }: Props) {
  const { t } = useTranslation();
  const [, go] = useLocation();
  const period = new URLSearchParams(useSearch()).get("period") ?? undefined;
  return (
    <Whole title={t("customer.invoices.title")}>
      <Listed id={id} name={name} period={period} />
      <InvoiceView id={item} onClose={() => go(addressOf(id, "invoices", undefined, period))} />
    </Whole>
  );
}

function Listed({ id, name, period }: { id: string; name: string; period: string | undefined }) {
  const { t } = useTranslation();
  const { month } = useFormats();
  const [, go] = useLocation();
  const reading = useAnswer(CUSTOMER_INVOICES, { id, month: period });
  const reason = reading.why("customer.invoices");
  if (reason) return <Locked reason={reason} />;
  const summary = reading.data?.customer?.invoiceSummary;
  const months = latestMonths(24, period);
  return (
    <Stack gap="md">
      <Group justify="space-between" align="flex-start" gap="md">
        <NativeSelect size="xs" label={t("customer.invoices.period")} value={period ?? ""}
          onChange={({ currentTarget: { value } }) => go(addressOf(id, "invoices", undefined, value || undefined))}
          data={[{ value: "", label: t("customer.invoices.everyPeriod") }, ...months.map((value) => ({ value, label: month(value) }))]} />
        {summary && (
          <Paper withBorder p="sm" miw={260} component="section" aria-label={t("customer.invoices.totalsOf", { month: month(summary.billingMonth) })}>
            <Text size="xs" c="dimmed" mb={4}>{month(summary.billingMonth)}</Text>
            <Totals of={summary} />
          </Paper>
        )}
      </Group>
      <Table verticalSpacing="xs" aria-label={t("customer.invoices.listOf", { name })}>
        <Table.Thead>
          <Table.Tr>
            <Table.Th>{t("customer.invoices.invoice")}</Table.Th>
            <Table.Th>{t("customer.invoices.status")}</Table.Th>
            <Table.Th visibleFrom="sm">{t("customer.invoices.payment")}</Table.Th>
            <Table.Th className="figure">{t("customer.invoices.total")}</Table.Th>
            <Table.Th className="figure" visibleFrom="md">{t("customer.invoices.due")}</Table.Th>
            <Table.Th visibleFrom="xs" ta="end">{t("customer.invoices.document")}</Table.Th>
          </Table.Tr>
        </Table.Thead>
        <InvoiceRows id={id} period={period} empty={t(period ? "customer.invoices.noneInMonth" : "customer.invoices.none")} />
      </Table>
    </Stack>
  );
}

function InvoiceRows({ id, period, after, empty }: { id: string; period: string | undefined; after?: string; empty?: string }) {
  const reading = useAnswer(CUSTOMER_INVOICES, { id, month: period, after });
  return (
    <Rows of={reading} from={(data) => data.customer?.invoices} columns={6} empty={empty}
      row={(invoice) => <Line key={invoice.id} id={id} invoice={invoice} period={period} />}
      next={(cursor) => <InvoiceRows id={id} period={period} after={cursor} />} />
  );
}

function Line({ id, invoice, period }: { id: string; invoice: Invoice; period: string | undefined }) {
  const { t } = useTranslation();
  const { money, month, date } = useFormats();
  const owed = isOwed(invoice);
  return (
    <Table.Tr>
      <Table.Td>
        <Anchor component={Link} href={addressOf(id, "invoices", invoice.id, period)} size="sm">
          {invoice.number ?? t("customer.invoices.noNumber")}
        </Anchor>
        <Text size="xs" c="dimmed">{month(invoice.billingMonth)}</Text>
      </Table.Td>
      <Table.Td>
        <Status kind="invoice" status={invoice.status} />
      </Table.Td>
      <Table.Td visibleFrom="sm">
        {owed ? <Status kind="payment" status={invoice.paymentState} /> : "–"}
        {owed && invoice.dueOn && <Text size="xs" c="dimmed">{t("customer.invoices.dueOn", { day: date(invoice.dueOn) })}</Text>}
      </Table.Td>
      <Table.Td className="figure">{money(invoice.total)}</Table.Td>
      <Table.Td className="figure" visibleFrom="md">{owed ? money(invoice.amountDue) : "–"}</Table.Td>
      <Table.Td visibleFrom="xs" ta="end">{invoice.downloadable && <DocumentButton invoice={invoice} small />}</Table.Td>
    </Table.Tr>
  );
}
