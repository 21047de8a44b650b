// What the page hears while it is open: changes of customers, steps of an onboarding, the end of a stay.
import { useCallback, useEffect, useRef } from "react";
import { useClient, useSubscription } from "urql";

import { codes } from "../client";
import { graphql } from "../gql";
import type { OnboardingHeardSubscription } from "../gql/graphql";
import { useStanding, WHO } from "./who";

const CUSTOMER_EVENTS = graphql(`
  subscription CustomerEvents($customerIds: [ID!]) {
    customerEvents(customerIds: $customerIds) {
      reference
      kind
      customer {
        id
      }
    }
  }
`);

const ONBOARDING = graphql(`
  subscription OnboardingHeard($customerId: ID!) {
    onboardingProgress(customerId: $customerId) {
      status
      progress
    }
  }
`);

const ACCESS_CHANGED = graphql(`
  subscription AccessChanged {
    accessChanged {
      id
    }
  }
`);

const STAY_ENDED = graphql(`
  subscription StayEnded {
    actingSessionEnded {
      id
      status
    }
  }
`);

/** Events that come together are one reason to read anew. */
const GATHER = 250;

/**
 * Calls `again` soon after something happened to a customer: to one of these, or to any that the viewer may see. What the
 * page shows is then read anew, for an event tells that something changed and not to what.
 */
export function useCustomerEvents(again: () => void, customerIds?: string[]): void {
  const soon = useSoon(again);
  const [{ error }, listen] = useSubscription({ query: CUSTOMER_EVENTS, variables: { customerIds: customerIds ?? null } }, (_, event) => {
    soon();
    return event;
  });
  const ended = codes(error)[0];
  useEffect(() => {
    // Ended by the server: none of these may be seen any more, or events were left out. Either way there is something to read.
    if (ended === "COMPLETED" || ended === "LAGGING") soon();
    if (ended === "LAGGING") listen();
  }, [ended, listen, soon]);
}

/** Calls `again` soon after the viewer gained or lost a right, such as by being linked to a customer or unlinked from one. */
export function useAccessChanged(again: () => void): void {
  const soon = useSoon(again);
  useSubscription({ query: ACCESS_CHANGED }, (_, told) => {
    soon();
    return told;
  });
}

/** How far a customer is on its way in, from now on; undefined until the first word. */
export function useOnboardingProgress(customerId: string): OnboardingHeardSubscription["onboardingProgress"] | undefined {
  const [{ data }] = useSubscription({ query: ONBOARDING, variables: { customerId } });
  return data?.onboardingProgress;
}

/** Finds out where the person stands as soon as their stay here has ended: they left in another window, or lost the right. */
export function useEndOfStay(): void {
  const { who } = useStanding();
  const client = useClient();
  const [{ data }] = useSubscription({ query: STAY_ENDED });
  const over = data?.actingSessionEnded.id === who?.actingSession?.id;
  useEffect(() => {
    // The answer says that they are elsewhere or signed out, and the page turns accordingly.
    if (over) void client.query(WHO, {}, { requestPolicy: "network-only" }).toPromise();
  }, [over, client]);
}

/** `act`, once, a moment after the last call. */
function useSoon(act: () => void): () => void {
  const latest = useRef(act);
  const timer = useRef<ReturnType<typeof setTimeout>>(undefined);
  useEffect(() => {
    latest.current = act;
  });
  useEffect(() => () => clearTimeout(timer.current), []);
  return useCallback(() => {
    clearTimeout(timer.current);
    timer.current = setTimeout(() => latest.current(), GATHER);
  }, []);
}
