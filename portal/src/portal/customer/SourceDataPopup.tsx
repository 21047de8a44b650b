// How the intake of a customer's billing data goes: a word in its cell, the feeds in a pop-up.
import { graphql } from "../gql";
import type { SourceDataPopupFragment } from "../gql/graphql";

/** What the cell shows; the pop-up asks for the rest when it is opened. */
export const SOURCE_DATA_POPUP = graphql(`
  fragment SourceDataPopup on Customer {
    id
    name
    sourceData {
      status
    }
  }
`);

export function SourceDataPopup({ customer }: { customer: SourceDataPopupFragment }) {
  return <>{customer.sourceData.status}</>;
}
