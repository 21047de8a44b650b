// The lines of the table, whether they came as a list or as a tree.
import { withheldFrom, withheldIn, type WithheldEntry } from "../answer/withheld";
import type {
  ContractsPopupFragment,
  CustomerRowFragment,
  CustomersPageQuery,
  InvoicesPopupFragment,
  SourceDataPopupFragment,
  StatusRingFragment,
  TenantKind,
} from "../gql/graphql";

/** A customer with all that any column shows; what no column shows was not asked for. */
export type Customer = CustomerRowFragment & StatusRingFragment & SourceDataPopupFragment & ContractsPopupFragment & InvoicesPopupFragment;

type Placed = { tenant: { id: string } | null };

export type Row = {
  /** The tenant's id where there is one, else the customer's. */
  id: string;
  name: string;
  /** How far to indent the line: 0 in a list. */
  depth: number;
  /** Its tier; undefined in a list. */
  kind: TenantKind | undefined;
  tenantId: string | undefined;
  /** Whether it meets the filter, or is listed only because somebody beneath it does. */
  matched: boolean;
  /** Null for the viewer's own company and for distributors. */
  customer: Customer | null;
  /** Says why a field of the customer is null, where that is because it is withheld. */
  withheld: (field: string) => WithheldEntry | undefined;
};

/** One answer: the lines it holds, and where the next page begins. */
export type Part = { data: CustomersPageQuery; extensions: Record<string, unknown> | undefined };

export function rowsOf({ data, extensions }: Part): Row[] {
  const entries = withheldIn(extensions);
  const listed = ((data.customers?.nodes ?? []) as (Customer & Placed)[]).map(
    (customer): Row => ({
      id: customer.tenant?.id ?? customer.id,
      name: customer.name,
      depth: 0,
      kind: undefined,
      tenantId: customer.tenant?.id,
      matched: true,
      customer,
      withheld: (field) => withheldFrom(entries, `customers.nodes.${field}`, customer.viewerRole),
    }),
  );
  const grown = (data.customerTree?.rows ?? []).map(
    ({ tenant, customer, matched }): Row => ({
      id: tenant?.id ?? customer?.id ?? "",
      name: tenant?.name ?? customer?.name ?? "",
      depth: tenant?.depth ?? 0,
      kind: tenant?.kind,
      tenantId: tenant?.id,
      matched,
      customer: customer as Customer | null,
      withheld: (field) => withheldFrom(entries, `customerTree.rows.customer.${field}`, (customer as Customer | null)?.viewerRole ?? null),
    }),
  );
  return [...listed, ...grown];
}

/** The cursor after which the next page begins; undefined after the last one. */
export function rest({ data }: Part, first: number): { after?: string; afterTenant?: string } | undefined {
  const { customers, customerTree } = data;
  if (customers?.pageInfo.hasNextPage && customers.pageInfo.endCursor) return { after: customers.pageInfo.endCursor };
  const last = customerTree?.rows.at(-1);
  // the tree gives fewer lines than asked for only at its end
  return last?.tenant && customerTree?.rows.length === first ? { afterTenant: last.tenant.id } : undefined;
}

/** The lines that are left when those beneath a folded one are taken out. */
export function unfolded(rows: readonly Row[], folded: ReadonlySet<string>): Row[] {
  let hiddenBelow = Infinity;
  return rows.filter((row) => {
    if (row.depth > hiddenBelow) return false;
    hiddenBelow = folded.has(row.id) ? row.depth : Infinity;
    return true;
  });
}

export function hasChildren(rows: readonly Row[], index: number): boolean {
  return (rows[index + 1]?.depth ?? 0) > (rows[index]?.depth ?? 0);
}
