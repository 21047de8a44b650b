// The tenants that the viewer may enter from where they are.
import { ask } from "./ask";

export type Place = { id: string; name: string; beneath: string };

type Found = { id: string; name: string; parent: { name: string } | null };
type Answer = {
  customers: { nodes: { tenant: Found | null; viewerActions: { mutation: string; allowed: boolean }[] }[] };
  tenantTree: { children: { nodes: Found[] } } | null;
  viewer: { recentPlaces: Found[] };
};

/** As many as fit under the search box. */
export const MOST = 20;

// Distributors are nobody's customers, so they are found in the tree alone.
const PLACES = `query Places($search: String, $first: Int) {
  customers(search: $search, first: $first) {
    nodes { tenant { id name parent { name } } viewerActions { mutation allowed } }
  }
  tenantTree { children(kind: DISTRIBUTOR, first: 100) { nodes { id name parent { name } } } }
  viewer { recentPlaces { id name parent { name } } }
}`;

/** Those that have the text in their names; of all, those entered last come first. */
export async function placesFrom(here: string, search: string): Promise<Place[]> {
  const { customers, tenantTree, viewer } = await ask<Answer>(PLACES, { search, first: MOST });
  const wanted = search.trim().toLowerCase();
  const distributors = (tenantTree?.children.nodes ?? []).filter(({ name }) => name.toLowerCase().includes(wanted));
  const entered = customers.nodes
    .filter(({ viewerActions }) => viewerActions.some(({ mutation, allowed }) => mutation === "switchTenant" && allowed))
    .flatMap(({ tenant }) => tenant ?? []);
  const found = [...(wanted ? [] : viewer.recentPlaces), ...distributors, ...entered];
  return [...new Map(found.map((each) => [each.id, each])).values()]
    .filter(({ id }) => id !== here)
    .map(({ id, name, parent }) => ({ id, name, beneath: parent?.name ?? "" }));
}
