// Invoices of a customer: the pop-up by status, the list by period, one of them, and its document.
import { graphql } from "../gql";

export const INVOICES_BY_STATUS = graphql(`
  query InvoicesByStatus($id: ID!) {
    customer(id: $id) {
      id
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
          total {
            amount
            currency
          }
          invoices(first: 1) {
            id
            nextStatus
          }
        }
        allInvoicesFilter {
          key
          value
        }
      }
    }
  }
`);

export const CUSTOMER_INVOICES = graphql(`
  query CustomerInvoices($id: ID!, $month: BillingMonth, $status: [InvoiceStatus!], $after: String) {
    customer(id: $id) {
      id
      invoiceSummary(billingMonth: $month) {
        billingMonth
        totalPossibleRevenue {
          amount
          currency
        }
        totalIssuableRemaining {
          amount
          currency
        }
      }
      invoices(billingMonth: $month, status: $status, first: 30, after: $after) {
        totalCount
        pageInfo {
          hasNextPage
          endCursor
        }
        nodes {
          id
          number
          billingMonth
          status
          paymentState
          dueOn
          downloadable
          nextStatus
          total {
            amount
            currency
          }
          amountDue {
            amount
            currency
          }
        }
      }
    }
  }
`);

export const ONE_INVOICE = graphql(`
  query OneInvoice($id: ID!) {
    node(id: $id) {
      __typename
      id
      ... on Invoice {
        version
        number
        kind
        billingMonth
        status
        paymentState
        issuedAt
        dueOn
        cancelledAt
        taxRate
        downloadable
        nextStatus
        subtotal {
          amount
          currency
        }
        tax {
          amount
          currency
        }
        total {
          amount
          currency
        }
        amountDue {
          amount
          currency
        }
        lines(first: 100) {
          totalCount
          nodes {
            description
            quantity
            unitPrice {
              amount
              currency
            }
            amount {
              amount
              currency
            }
          }
        }
      }
    }
  }
`);

export const ADVANCE_INVOICE = graphql(`
  mutation AdvanceInvoice($input: AdvanceInvoiceInput!, $options: MutationOptions) {
    advanceInvoice(input: $input, options: $options) {
      invoice {
        id
        version
        status
        nextStatus
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

export const EXPORT_INVOICE = graphql(`
  mutation ExportInvoice($input: ExportInvoiceInput!) {
    exportInvoice(input: $input) {
      run {
        id
        status
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

export const INVOICE_RUN = graphql(`
  query InvoiceRun($id: ID!) {
    reportRun(id: $id) {
      id
      status
      failure
      progress
    }
  }
`);

export const FETCH_INVOICE = graphql(`
  mutation FetchInvoice($input: DownloadReportInput!) {
    downloadReport(input: $input) {
      url
      userErrors {
        code
        message
        path
        requiredCapability
      }
    }
  }
`);
