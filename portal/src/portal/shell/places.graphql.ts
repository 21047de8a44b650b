// What the tenant switcher asks: where somebody went lately, and where they may go.
import { graphql } from "../gql";

export const PLACES = graphql(`
  query Places {
    viewer {
      recentPlaces {
        id
        name
        kind
      }
    }
    tenantTree {
      children(kind: DISTRIBUTOR, first: 50) {
        nodes {
          id
          name
          kind
        }
      }
    }
  }
`);

export const FIND_PLACES = graphql(`
  query FindPlaces($search: String!) {
    customers(search: $search, first: 12) {
      totalCount
      nodes {
        id
        tenant {
          id
          name
          kind
        }
        viewerActions {
          action
          allowed
        }
      }
    }
  }
`);
