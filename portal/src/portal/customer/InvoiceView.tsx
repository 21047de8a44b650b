// One invoice beside the list: its lines and sums, its next step for whoever bills, and its document.
import { Button, Divider, Drawer, Group, Stack, Table, Text } from "@mantine/core";
import { useState } from "react";
import { useTranslation } from "react-i18next";

import { useFormats } from "../answer/formats";
import type { OneInvoiceQuery } from "../gql/graphql";
import { Answered } from "./Answered";
import { DocumentButton } from "./DocumentButton";
import { Facts } from "./Facts";
import { ADVANCE_INVOICE, ONE_INVOICE } from "./invoices.graphql";
import { Refusal } from "./Refusal";
import { Status } from "./Status";
import { useAnswer } from "./useAnswer";
import { useChange } from "./useChange";

type Invoice = Extract<NonNullable<OneInvoiceQuery["node"]>, { __typename: "Invoice" }>;

export function InvoiceView({ id, onClose }: { id: string | undefined; onClose: () => void }) {
  const { t } = useTranslation();
  return (
    <Drawer opened={id !== undefined} onClose={onClose} position="right" size="lg" title={t("customer.invoices.one")}
      closeButtonProps={{ "aria-label": t("customer.close") }}>
      {id && <Details id={id} />}
    </Drawer>
  );
}

function Details({ id }: { id: string }) {
  const { t } = useTranslation();
  const reading = useAnswer(ONE_INVOICE, { id });
  return (
    <Answered of={reading} rows={6}>
      {({ node }) => (node?.__typename === "Invoice" ? <Sheet invoice={node} again={reading.again} /> : <Text size="sm">{t("customer.invoices.gone")}</Text>)}
    </Answered>
  );
}

/** Before an invoice is issued, and once it is cancelled, there is nothing to pay. */
export function isOwed({ status }: { status: string }): boolean {
  return status === "ISSUED";
}

function Sheet({ invoice, again }: { invoice: Invoice; again: () => void }) {
  const { t } = useTranslation();
  const { month, date, money } = useFormats();
  const day = (moment: string | null | undefined) => moment && date(moment.slice(0, 10));
  return (
    <Stack gap="md">
      <Group justify="space-between">
        <Text fw={600} fz="lg">{invoice.number ?? t("customer.invoices.noNumber")}</Text>
        {invoice.downloadable && <DocumentButton invoice={invoice} />}
      </Group>
      <Facts
        of={[
          [t("customer.invoices.status"), <Status kind="invoice" status={invoice.status} />],
          [t("customer.invoices.period"), month(invoice.billingMonth)],
          [t("customer.invoices.payment"), isOwed(invoice) && <Status kind="payment" status={invoice.paymentState} />],
          [t("customer.invoices.issued"), day(invoice.issuedAt)],
          [t("customer.invoices.toPayBy"), isOwed(invoice) && invoice.dueOn && date(invoice.dueOn)],
          [t("customer.invoices.cancelled"), day(invoice.cancelledAt)],
          [t("customer.invoices.due"), isOwed(invoice) && money(invoice.amountDue)],
        ]}
      />
      <LinesOf invoice={invoice} />
      <NextStep invoice={invoice} again={again} />
    </Stack>
  );
}

function LinesOf({ invoice }: { invoice: Invoice }) {
  const { t } = useTranslation();
  const { money } = useFormats();
  const sums = [["subtotal", invoice.subtotal], ["tax", invoice.tax], ["total", invoice.total]] as const;
  return (
    <Table verticalSpacing={6} aria-label={t("customer.invoices.lines")}>
      <Table.Thead>
        <Table.Tr>
          <Table.Th>{t("customer.invoices.line")}</Table.Th>
          <Table.Th className="figure">{t("customer.invoices.amount")}</Table.Th>
        </Table.Tr>
      </Table.Thead>
      <Table.Tbody>
        {invoice.lines.nodes.map((line, n) => (
          <Table.Tr key={n}>
            <Table.Td>
              {line.description}
              <Text size="xs" c="dimmed">{t("customer.invoices.times", { quantity: Number(line.quantity), price: money(line.unitPrice) })}</Text>
            </Table.Td>
            <Table.Td className="figure">{money(line.amount)}</Table.Td>
          </Table.Tr>
        ))}
      </Table.Tbody>
      <Table.Tfoot>
        {sums.map(([name, amount]) => (
          <Table.Tr key={name}>
            <Table.Th>{name === "tax" && invoice.taxRate ? t("customer.invoices.taxAt", { rate: Number(invoice.taxRate) }) : t(`customer.invoices.${name}`)}</Table.Th>
            <Table.Td className="figure" fw={name === "total" ? 600 : undefined}>{money(amount)}</Table.Td>
          </Table.Tr>
        ))}
      </Table.Tfoot>
    </Table>
  );
}

/** What the API says that the viewer may make of it. Issuing is for good, so it is asked twice. */
function NextStep({ invoice, again }: { invoice: Invoice; again: () => void }) {
  const { t } = useTranslation();
  const { run, busy, problems, forget } = useChange(ADVANCE_INVOICE, (data) => data.advanceInvoice);
  const [sure, setSure] = useState(false);
  const to = invoice.nextStatus;
  if (to !== "READY" && to !== "ISSUABLE" && to !== "ISSUED") return null;

  const asks = to === "ISSUED" && !sure;
  async function step() {
    if (asks) return setSure(true);
    await run({ input: { invoiceId: invoice.id, to: to! }, options: { ifVersion: invoice.version } });
    setSure(false);
  }
  return (
    <Stack gap="sm">
      <Divider />
      {to === "ISSUED" && sure && <Text size="sm">{t("customer.invoices.forGood")}</Text>}
      <Refusal problems={problems} onLoadAnew={() => { forget(); again(); }} />
      <Group gap="sm">
        <Button size="xs" loading={busy} onClick={step}>
          {t(`customer.invoices.step.${sure ? "ISSUED_SURE" : to}`)}
        </Button>
        {sure && <Button size="xs" variant="default" onClick={() => setSure(false)}>{t("customer.cancel")}</Button>}
      </Group>
    </Stack>
  );
}
