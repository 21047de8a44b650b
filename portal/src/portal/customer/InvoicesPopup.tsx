// A customer's invoices of the current month: how many in the cell, by status in a pop-up.
import { graphql } from "../gql";
import type { InvoicesPopupFragment } from "../gql/graphql";

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

export function InvoicesPopup({ customer }: { customer: InvoicesPopupFragment }) {
  return <>{customer.invoiceSummary?.groups.reduce((sum, { count }) => sum + count, 0)}</>;
}
