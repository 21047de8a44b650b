// A customer's contracts: how many in the cell, the first three in a pop-up.
import { graphql } from "../gql";
import type { ContractsPopupFragment } from "../gql/graphql";

/** What the cell shows; the pop-up asks for the rest when it is opened. */
export const CONTRACTS_POPUP = graphql(`
  fragment ContractsPopup on Customer {
    id
    name
    contractSummary {
      total
      byStatus {
        status
        count
      }
    }
  }
`);

export function ContractsPopup({ customer }: { customer: ContractsPopupFragment }) {
  return <>{customer.contractSummary?.total}</>;
}
