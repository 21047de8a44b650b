// What the customers page asks: all of its first paint in one request, and each further page of rows.
import { graphql } from "../gql";

export const CUSTOMER_ROW = graphql(`
  fragment CustomerRow on Customer {
    id
    name
    status
    statusReason
    isPinned
    viewerRole
    viewerActions {
      action
      allowed
      reason
    }
    summary @include(if: $summary) {
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
    primaryAdmin @include(if: $admin) {
      displayName
      email
    }
    phone @include(if: $contact)
    email @include(if: $contact)
    country @include(if: $contact)
    serviceStatus @include(if: $services) {
      count
    }
    tags(first: 20) @include(if: $tags) {
      nodes {
        name
      }
    }
    ...StatusRing @include(if: $onboarding)
    ...SourceDataPopup @include(if: $sourceData)
    ...ContractsPopup @include(if: $contracts)
    ...InvoicesPopup @include(if: $invoices)
  }
`);

export const CUSTOMERS_PAGE = graphql(`
  query CustomersPage(
    $tree: Boolean!
    $list: Boolean!
    $begins: Boolean!
    $filter: CustomerFilter
    $search: String
    $hideInactive: Boolean!
    $sort: CustomerSort
    $first: Int!
    $after: String
    $afterTenant: ID
    $summary: Boolean!
    $onboarding: Boolean!
    $sourceData: Boolean!
    $admin: Boolean!
    $contracts: Boolean!
    $invoices: Boolean!
    $contact: Boolean!
    $services: Boolean!
    $tags: Boolean!
  ) {
    viewer @include(if: $begins) {
      ...Frame
      ...Liking
      preferences {
        savedFilters {
          id
          name
          filter
        }
      }
      pinnedCustomers {
        id
        name
      }
    }
    customerListNotices @include(if: $begins) {
      code
      message
    }
    customers(
      filter: $filter
      search: $search
      hideInactive: $hideInactive
      sort: $sort
      first: $first
      after: $after
    ) @include(if: $list) {
      totalCount
      hiddenInactiveCount
      appliedFilters {
        key
        label
        value
      }
      pageInfo {
        hasNextPage
        endCursor
      }
      nodes {
        tenant {
          id
        }
        ...CustomerRow
      }
    }
    customerTree(filter: $filter, search: $search, hideInactive: $hideInactive) @include(if: $tree) {
      matchedCount
      hiddenInactiveCount
      appliedFilters {
        key
        label
        value
      }
      rows(first: $first, afterTenant: $afterTenant) {
        matched
        tenant {
          id
          name
          kind
          depth
        }
        customer {
          ...CustomerRow
        }
      }
    }
  }
`);

export const SET_PREFERENCES = graphql(`
  mutation SetListPreferences($input: SetListPreferencesInput!) {
    setListPreferences(input: $input) {
      userErrors {
        code
        message
        path
      }
    }
  }
`);

export const PIN = graphql(`
  mutation PinCustomer($id: ID!) {
    pinCustomer(input: { customerId: $id }) {
      userErrors {
        code
        message
        path
      }
    }
  }
`);

export const UNPIN = graphql(`
  mutation UnpinCustomer($id: ID!) {
    unpinCustomer(input: { customerId: $id }) {
      userErrors {
        code
        message
        path
      }
    }
  }
`);

export const SAVE_FILTER = graphql(`
  mutation SaveFilter($input: SaveFilterInput!) {
    saveFilter(input: $input) {
      filter {
        id
        name
        filter
      }
      userErrors {
        code
        message
        path
      }
    }
  }
`);

export const DELETE_FILTER = graphql(`
  mutation DeleteFilter($id: ID!) {
    deleteFilter(input: { filterId: $id }) {
      userErrors {
        code
        message
        path
      }
    }
  }
`);

export const EXPORT_NOW = graphql(`
  mutation ExportNow($input: ExportNowInput!) {
    exportNow(input: $input) {
      run {
        id
        fileName
      }
      userErrors {
        code
        message
        path
      }
    }
  }
`);

export const REPORT_RUN = graphql(`
  query ReportRun($id: ID!) {
    reportRun(id: $id) {
      id
      fileName
      status
      progress
      rows
      failure
    }
  }
`);

export const DOWNLOAD_REPORT = graphql(`
  mutation DownloadReport($id: ID!) {
    downloadReport(input: { runId: $id }) {
      url
      userErrors {
        code
        message
        path
      }
    }
  }
`);
