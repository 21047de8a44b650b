// A customer's invoices of the current month by status, what they add up to, and the way to them.
import { Anchor, Divider, Group, Stack, Text } from "@mantine/core";
import { useTranslation } from "react-i18next";
import { Link } from "wouter";

import { useFormats } from "../answer/formats";
import type { InvoicesByStatusQuery } from "../gql/graphql";
import { addressOf } from "./addresses";
import { Answered } from "./Answered";
import { INVOICES_BY_STATUS } from "./invoices.graphql";
import { Lines } from "./Lines";
import { Status, useStatusWord } from "./Status";
import { Totals } from "./Totals";
import { useAnswer } from "./useAnswer";

type Summary = NonNullable<NonNullable<InvoicesByStatusQuery["customer"]>["invoiceSummary"]>;

export function InvoicesByStatus({ id, onLeave }: { id: string; onLeave: () => void }) {
  const reading = useAnswer(INVOICES_BY_STATUS, { id });
  return (
    <Answered of={reading} rows={4}>
      {({ customer }) => customer?.invoiceSummary && <Sums id={id} summary={customer.invoiceSummary} onLeave={onLeave} />}
    </Answered>
  );
}

function Sums({ id, summary, onLeave }: { id: string; summary: Summary; onLeave: () => void }) {
  const { t } = useTranslation();
  const { money } = useFormats();
  const word = useStatusWord();
  return (
    <Stack gap="sm">
      {summary.groups.length === 0 && (
        <Text size="sm" c="dimmed">
          {t("customer.invoices.noneInMonth")}
        </Text>
      )}
      <Lines>
        {summary.groups.map(({ status, count, total, invoices: [invoice] }) => (
          <Group key={status} component="li" justify="space-between" wrap="nowrap" gap="sm" fz="sm">
            <Status kind="invoice" status={status} count={String(count)} />
            <Group gap="sm" wrap="nowrap">
              <span className="figure">{money(total)}</span>
              {invoice && (
                <Anchor component={Link} size="sm" href={addressOf(id, "invoices", invoice.id, summary.billingMonth)} onClick={onLeave}
                  aria-label={t(reviewed(invoice) ? "customer.invoices.reviewOne" : "customer.invoices.viewOne", { status: word("invoice", status) })}>
                  {t(reviewed(invoice) ? "customer.review" : "customer.view")}
                </Anchor>
              )}
            </Group>
          </Group>
        ))}
      </Lines>
      <Divider />
      <Totals of={summary} />
      <Anchor component={Link} size="sm" href={addressOf(id, "invoices", undefined, periodOf(summary))} onClick={onLeave}>
        {t("customer.invoices.viewAll")}
      </Anchor>
    </Stack>
  );
}

/** Whether the viewer is the one to review it: the API then says that it may become ISSUABLE. */
function reviewed({ nextStatus }: { nextStatus?: string | null }): boolean {
  return nextStatus === "ISSUABLE";
}

/** The API says by which arguments all of them are listed; the customer is the page's own. */
function periodOf({ allInvoicesFilter, billingMonth }: Summary): string {
  return String(allInvoicesFilter.find(({ key }) => key === "billingMonth")?.value ?? billingMonth);
}
