// How far a customer is on its way in: a ring in its cell, and the tasks in a pop-up.
import { useFormats } from "../answer/formats";
import { graphql } from "../gql";
import type { StatusRingFragment } from "../gql/graphql";

/** What the cell shows; the pop-up asks for the rest when it is opened. */
export const STATUS_RING = graphql(`
  fragment StatusRing on Customer {
    id
    name
    onboarding {
      status
      progress
    }
  }
`);

export function StatusRing({ customer }: { customer: StatusRingFragment }) {
  const { percent } = useFormats();
  return <>{customer.onboarding && percent(customer.onboarding.progress)}</>;
}
