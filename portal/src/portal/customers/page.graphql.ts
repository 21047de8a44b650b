// What the customers page asks: all of its first paint in one request.
import { graphql } from "../gql";

export const CUSTOMERS_PAGE = graphql(`
  query CustomersPage($first: Int!) {
    viewer {
      ...Frame
    }
    customers(first: $first) {
      totalCount
      nodes {
        viewerActions {
          action
          allowed
          reason
        }
        ...StatusRing
        ...SourceDataPopup
        ...ContractsPopup
        ...InvoicesPopup
      }
    }
  }
`);
