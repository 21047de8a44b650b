// What the head of a customer's page, its dashboard and its activity are made of.
import { graphql } from "../gql";

export const CUSTOMER_PAGE = graphql(`
  query CustomerPage($id: ID!) {
    viewer {
      ...Frame
    }
    customer(id: $id) {
      id
      version
      name
      status
      statusReason
      reference
      website
      phone
      email
      country
      address {
        line1
        line2
        city
        stateOrProvince
        postalCode
        country
      }
      description
      acceptedAt
      viewerRole
      tenant {
        id
        kind
        parent {
          id
          name
        }
      }
      primaryAdmin {
        id
        displayName
        email
      }
      summary {
        mrr {
          amount
          currency
        }
        mrrPendingEntry {
          amount
          currency
        }
        ports
        virtualCircuits
        cloudConnections
        lastActivityAt
        lastOrderAt
      }
      ...StatusRing
      ...SourceDataPopup
      contractSummary {
        total
        byStatus {
          status
          count
        }
      }
      invoiceSummary {
        billingMonth
        totalPossibleRevenue {
          amount
          currency
        }
        totalIssuableRemaining {
          amount
          currency
        }
        groups {
          status
          count
        }
      }
      dashboard {
        users
        serviceStatus {
          status
          count
        }
        recentActivity {
          id
          at
          summary
          actorEmail
          onBehalf
        }
      }
      viewerActions {
        action
        allowed
        reason
      }
    }
  }
`);

export const CUSTOMER_ACTIVITY = graphql(`
  query CustomerActivity($id: ID!, $since: DateTime, $until: DateTime, $after: String) {
    customer(id: $id) {
      id
      activityLog(since: $since, until: $until, first: 30, after: $after) {
        totalCount
        pageInfo {
          hasNextPage
          endCursor
        }
        nodes {
          id
          at
          summary
          actorEmail
          onBehalf
        }
      }
    }
  }
`);

export const UPDATE_CUSTOMER = graphql(`
  mutation UpdateCustomer($input: UpdateCustomerInput!, $options: MutationOptions) {
    updateCustomer(input: $input, options: $options) {
      customer {
        id
      }
      userErrors {
        code
        message
        path
      }
    }
  }
`);
