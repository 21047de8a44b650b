// Services of a customer, what may be done with them, and what can be ordered at which price.
import { graphql } from "../gql";

export const CUSTOMER_SERVICES = graphql(`
  query CustomerServices($id: ID!, $status: [ServiceStatus!], $after: String) {
    customer(id: $id) {
      id
      services(status: $status, first: 50, after: $after) {
        totalCount
        pageInfo {
          hasNextPage
          endCursor
        }
        nodes {
          ...ServiceLine
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

export const SERVICE_LINE = graphql(`
  fragment ServiceLine on Service {
    id
    version
    name
    kind
    product
    status
    cloudConnection
    billingState
    billingEntryExpectedBy
    expiresOn
    diagnosedAt
    diagnosis
    restartedAt
    monthlyCharge {
      amount
      currency
    }
    actions {
      action
      allowed
      financialImpact
      reason
    }
  }
`);

export const PRODUCTS = graphql(`
  query Products($id: ID!) {
    customer(id: $id) {
      id
      products {
        name
        kind
        cloudConnection
        setUpHours
        monthlyCharge {
          amount
          currency
        }
      }
    }
  }
`);

export const ADD_SERVICES = graphql(`
  mutation AddServices($input: AddServicesInput!, $options: MutationOptions) {
    addServices(input: $input, options: $options) {
      customer {
        id
      }
      services {
        ...ServiceLine
      }
      userErrors {
        code
        message
        path
        requiredCapability
      }
    }
  }
`);

export const SERVICE_ACTION = graphql(`
  mutation ServiceAction($input: ServiceActionInput!, $options: MutationOptions) {
    serviceAction(input: $input, options: $options) {
      service {
        ...ServiceLine
        customer {
          id
        }
      }
      userErrors {
        code
        message
        path
        requiredCapability
      }
    }
  }
`);
