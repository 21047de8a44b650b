// The tasks of a customer's onboarding, starting one, and how its source data fare.
import { graphql } from "../gql";

export const ONBOARDING_TASKS = graphql(`
  query OnboardingTasks($id: ID!) {
    viewer {
      permission(of: $id, capability: ONBOARDING_START) {
        allowed
        reason
      }
    }
    customer(id: $id) {
      id
      onboarding {
        status
        progress
        requiredTasks
        completedTasks
        tasks {
          id
          version
          title
          kind
          status
          required
          canStart
          blockedBy {
            id
            title
            kind
          }
        }
      }
    }
  }
`);

export const START_TASK = graphql(`
  mutation StartOnboardingTask($input: StartOnboardingTaskInput!, $options: MutationOptions) {
    startOnboardingTask(input: $input, options: $options) {
      task {
        id
        version
        status
        canStart
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

export const SOURCE_DATA = graphql(`
  query SourceData($id: ID!) {
    customer(id: $id) {
      id
      sourceData {
        status
        own
        lastIngestedAt
        breakdown {
          status
          count
        }
        worst(first: 5) {
          totalCount
          nodes {
            id
            name
          }
        }
        feeds(first: 5) {
          totalCount
          nodes {
            id
            name
            status
            message
            lastIngestedAt
            tenant {
              id
              name
            }
          }
        }
      }
    }
  }
`);
