// Contacts of a customer, and what its partner wants to hear of it.
import { graphql } from "../gql";

export const CUSTOMER_CONTACTS = graphql(`
  query CustomerContacts($id: ID!, $after: String) {
    customer(id: $id) {
      id
      tenant {
        id
      }
      contacts(first: 50, after: $after) {
        totalCount
        pageInfo {
          hasNextPage
          endCursor
        }
        nodes {
          id
          version
          type
          name
          email
          phone
          subscribedTo
          user {
            id
          }
          address {
            line1
            line2
            city
            stateOrProvince
            postalCode
            country
          }
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

export const UPSERT_CONTACT = graphql(`
  mutation UpsertContact($input: UpsertContactInput!, $options: MutationOptions) {
    upsertContact(input: $input, options: $options) {
      contact {
        id
        version
        tenant {
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

export const DELETE_CONTACT = graphql(`
  mutation DeleteContact($input: DeleteContactInput!, $options: MutationOptions) {
    deleteContact(input: $input, options: $options) {
      deletedId
      userErrors {
        code
        message
        path
        requiredCapability
      }
    }
  }
`);

export const CUSTOMER_NOTIFICATIONS = graphql(`
  query CustomerNotifications($id: ID!) {
    customer(id: $id) {
      id
      notificationPreferences {
        event
        email
        inApp
      }
    }
  }
`);

export const SET_NOTIFICATION_PREFERENCE = graphql(`
  mutation SetNotificationPreference($input: SetNotificationPreferenceInput!) {
    setNotificationPreference(input: $input) {
      customer {
        id
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
