// What the account page asks and changes.
import { graphql } from "../gql";

export const ACCOUNT = graphql(`
  query Account {
    viewer {
      ...Frame
      user {
        id
        version
        firstName
        lastName
        phone
        language
        timeZone
      }
      sessions(first: 50) {
        nodes {
          id
          startedAt
          lastSeenAt
          userAgent
          isCurrent
          acting {
            id
            target {
              id
              name
            }
          }
        }
      }
    }
    tenantTree {
      id
      name
      notificationPreferences {
        event
        email
        inApp
      }
    }
  }
`);

export const UPDATE_PROFILE = graphql(`
  mutation UpdateProfile($input: UpdateProfileInput!, $options: MutationOptions) {
    updateProfile(input: $input, options: $options) {
      viewer {
        user {
          id
          version
        }
      }
      userErrors {
        code
        message
        path
      }
      warnings {
        code
      }
    }
  }
`);

export const SIGN_OUT_EVERYWHERE = graphql(`
  mutation SignOutEverywhere {
    signOut(input: { all: true }) {
      done
      userErrors {
        code
        message
        path
      }
    }
  }
`);

export const CHOOSE_FOR_COMPANY = graphql(`
  mutation ChooseForCompany($input: SetNotificationPreferenceInput!) {
    setNotificationPreference(input: $input) {
      tenant {
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
