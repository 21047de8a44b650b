// A customer's invoices of the current month: how many of each status in the cell, with their sums in a pop-up.
import { lazy } from "react";
import { useTranslation } from "react-i18next";

import { useFormats } from "../answer/formats";
import { graphql } from "../gql";
import type { InvoicesPopupFragment } from "../gql/graphql";
import { Popup } from "./Popup";
import { Status } from "./Status";

const InvoicesByStatus = lazy(() => import("./InvoicesByStatus").then((part) => ({ default: part.InvoicesByStatus })));

/** What the cell shows; the pop-up asks for the rest when it is opened. */
export const INVOICES_POPUP = graphql(`
  fragment InvoicesPopup on Customer {
    id
    name
    invoiceSummary {
      billingMonth
      groups {
        status
        count
      }
    }
  }
`);

export function InvoicesPopup({ customer: { id, name, invoiceSummary } }: { customer: InvoicesPopupFragment }) {
  const { t } = useTranslation();
  const { month } = useFormats();
  if (!invoiceSummary) return null;
  const { groups, billingMonth } = invoiceSummary;
  const count = groups.reduce((sum, group) => sum + group.count, 0);
  return (
    <Popup
      title={t("customer.invoices.of", { month: month(billingMonth) })}
      label={t("customer.invoices.open", { name, count, month: month(billingMonth) })}
      cell={count === 0 ? "0" : groups.map((group) => <Status key={group.status} kind="invoice" status={group.status} count={String(group.count)} />)}
    >
      {(close) => <InvoicesByStatus id={id} onLeave={close} />}
    </Popup>
  );
}
