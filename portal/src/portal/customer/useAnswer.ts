// A read as the parts of a page want it: the data, why something is missing, and how to ask anew.
import type { TypedDocumentNode } from "@graphql-typed-document-node/core";
import { useCallback } from "react";
import { useQuery, type AnyVariables, type CombinedError, type UseQueryArgs } from "urql";

import { withheldAt, withheldIn } from "../answer/withheld";
import type { WithheldReason } from "../gql/graphql";

export type Reading<Data> = {
  data: Data | undefined;
  error: CombinedError | undefined;
  /** Whether newer data are on their way. */
  stale: boolean;
  /** Why the field at this path is null; undefined where it is null for want of a value. */
  why: (path: string) => WithheldReason | undefined;
  again: () => void;
};

export function useAnswer<Data, Variables extends AnyVariables>(
  query: TypedDocumentNode<Data, Variables>,
  variables: Variables,
): Reading<Data> {
  const [{ data, error, stale, extensions }, ask] = useQuery({ query, variables } as UseQueryArgs<Variables, Data>);
  const again = useCallback(() => ask({ requestPolicy: "network-only" }), [ask]);
  const entries = withheldIn(extensions);
  return { data, error, stale, again, why: (path) => withheldAt(entries, path)?.reason };
}
