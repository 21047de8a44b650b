// What an answer withheld: extensions.withheld by path.
import type { Capability, Role, WithheldReason } from "../gql/graphql";

export type WithheldEntry = { path: string; capability: Capability | null; reason: WithheldReason };

/** Everything of an answer that the viewer may not see; `extensions` of a urql result. */
export function withheldIn(extensions: Record<string, unknown> | undefined): WithheldEntry[] {
  return (extensions?.withheld as WithheldEntry[] | undefined) ?? [];
}

/**
 * The same for one row among many: `path` is told once for all of them, with every reason that occurs, so what the viewer is
 * on the row says which of them is its own, and whether it is withheld there at all.
 */
export function withheldFrom(entries: readonly WithheldEntry[], path: string, role: Role | null): WithheldEntry | undefined {
  const asSupport = role === "SUPPORT";
  const found = entries.filter((entry) => entry.path === path);
  return found.find(({ reason }) => (reason === "SUPPORT_ROLE") === asSupport) ?? (asSupport ? found[0] : undefined);
}

/** What says why `path` is null, such as "customer.mrr"; undefined where it is null for want of a value. */
export function withheldAt(entries: readonly WithheldEntry[], path: string): WithheldEntry | undefined {
  return entries.find((entry) => entry.path === path);
}
