// The portal's way to the API: one client for each sign-in, whose requests name the tenant that the page shows.
import { cacheExchange, Client, fetchExchange, mapExchange, subscriptionExchange, type CombinedError, type Operation } from "urql";

import { documents } from "./documents";
import { socket } from "./socket";

/** What the whole page does when an answer says that it no longer stands where it believes. */
export type Turns = {
  /** The session is over. */
  onSignedOut: () => void;
  /** The session acts in another tenant than the page shows, because another window went there. */
  onSuperseded: () => void;
};

export type Portal = {
  client: Client;
  /** Names the tenant that the page shows, which every further request then tells. */
  standIn: (tenantId: string | undefined) => void;
  /** Ends its subscriptions. */
  close: () => void;
};

/** The codes by which answers and failures name what is wrong. */
export function codes(error: CombinedError | undefined): unknown[] {
  return error?.graphQLErrors.map(({ extensions }) => extensions.code) ?? [];
}

// What gives the browser another session. All that is asked from then on is asked there, whatever the page shows still.
const MOVES = ["signIn", "acceptInvitation", "switchTenant", "switchBack"];

function moves(data: Record<string, { userErrors: unknown[] }> | undefined): boolean {
  return MOVES.some((name) => data?.[name]?.userErrors.length === 0);
}

/** Whether it gives the session a new token when it succeeds: what listens by the old one is then told that it is over. */
function renews({ kind, query }: Operation): boolean {
  return kind === "mutation" && query.definitions.some((each) => each.kind === "OperationDefinition" && each.name?.value === "ChangePassword");
}

export function openPortal({ onSignedOut, onSuperseded }: Turns): Portal {
  let place: string | undefined;
  let renewing = false;
  const live = socket(() => place);
  const client = new Client({
    url: "/graphql",
    preferGetMethod: false,
    fetchOptions: () => ({
      credentials: "same-origin",
      // The server takes the cookie only beside the first, which no other site can send.
      headers: { "X-Tenantry-Client": "portal", ...(place && { "X-Tenantry-Tenant": place }) },
    }),
    exchanges: [
      mapExchange({
        onOperation(operation) {
          if (renews(operation)) renewing = true;
        },
        onResult({ operation, data, error }) {
          const said = codes(error);
          if (renews(operation)) renewing = data?.changePassword?.userErrors.length === 0;
          if (said.includes("UNAUTHENTICATED") && !(renewing && operation.kind === "subscription")) onSignedOut();
          else if (said.includes("CONTEXT_SUPERSEDED")) onSuperseded();
        },
      }),
      cacheExchange,
      // Beneath the cache, which asks anew for what a mutation touched.
      mapExchange({
        onResult({ data }) {
          if (moves(data)) place = undefined;
        },
      }),
      documents,
      fetchExchange,
      subscriptionExchange({ forwardSubscription: live.forward }),
    ],
  });
  return { client, standIn: (tenantId) => (place = tenantId), close: live.close };
}
