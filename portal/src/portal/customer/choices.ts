// What there is to choose from in forms, in the order in which it is offered.
import type { ContactType, CustomerEventKind } from "../gql/graphql";

export const CONTACT_TYPES: readonly ContactType[] = ["ADMIN", "PRIMARY", "BILLING", "TECHNICAL", "SUPPORT"];

export const EVENTS: readonly CustomerEventKind[] = [
  "SERVICE_PROVISIONED", "SERVICE_DELETED", "INVOICE_CHANGED", "STATUS_CHANGED", "ONBOARDING_CHANGED", "SOURCE_DATA_CHANGED",
  "ACCESS_CHANGED", "UPDATED", "CREATED",
];
