// Who is linked to a customer and who may be: all pages of both, and again after each change.
import { useCallback, useEffect, useState } from "react";
import { useClient, type Client, type CombinedError } from "urql";

import type { LinkFragment, LinksQuery, LinksQueryVariables } from "../gql/graphql";
import { LINKS } from "./manage.graphql";

type Customer = NonNullable<LinksQuery["customer"]>;
export type Linkable = NonNullable<Customer["linkableUsers"]>["nodes"][number];

export type Links = {
  /** Null where the viewer may not see who is linked. */
  linked: LinkFragment[] | null;
  linkable: Linkable[];
};

export function useLinks(customerId: string) {
  const client = useClient();
  const [links, setLinks] = useState<Links>();
  const [error, setError] = useState<CombinedError>();

  const again = useCallback(async () => {
    const answer = await read(client, customerId);
    setError(answer.error);
    if (answer.links) setLinks(answer.links);
  }, [client, customerId]);
  useEffect(() => void again(), [again]);

  return { links, error, again };
}

async function read(client: Client, id: string): Promise<{ links?: Links; error?: CombinedError }> {
  const found: Links = { linked: null, linkable: [] };
  let linkedAfter: string | null = null;
  let linkableAfter: string | null = null;
  for (let more = true; more; ) {
    const variables: LinksQueryVariables = { id, linkedAfter, linkableAfter };
    const { data, error } = await client.query(LINKS, variables, { requestPolicy: "network-only" });
    if (error) return { error };
    const { accessGrants, linkableUsers }: Partial<Customer> = data?.customer ?? {};
    if (!accessGrants || !linkableUsers) return { links: found };
    found.linked = [...(found.linked ?? []), ...accessGrants.nodes];
    found.linkable = [...found.linkable, ...linkableUsers.nodes];
    more = accessGrants.pageInfo.hasNextPage || linkableUsers.pageInfo.hasNextPage;
    // a list that is at its end goes on after its last row, where there is nothing
    linkedAfter = accessGrants.pageInfo.endCursor ?? linkedAfter;
    linkableAfter = linkableUsers.pageInfo.endCursor ?? linkableAfter;
  }
  return { links: found };
}
