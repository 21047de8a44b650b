// What an answer withheld: extensions.withheld by path.
import type { Capability, WithheldReason } from "../gql/graphql";

export type WithheldEntry = { path: string; capability: Capability | null; reason: WithheldReason };

/** Everything of an answer that the viewer may not see; `extensions` of a urql result. */
export function withheldIn(extensions: Record<string, unknown> | undefined): WithheldEntry[] {
  return (extensions?.withheld as WithheldEntry[] | undefined) ?? [];
}

/** What says why `path` is null, such as "customer.mrr"; undefined where it is null for want of a value. */
export function withheldAt(entries: readonly WithheldEntry[], path: string): WithheldEntry | undefined {
  return entries.find((entry) => entry.path === path);
}
