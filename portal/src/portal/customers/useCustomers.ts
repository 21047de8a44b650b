// The list's rows: the first page as the place and the liking say, further pages as they are asked for.
import { useCallback, useEffect, useMemo, useState } from "react";
import { useClient, useQuery, type CombinedError } from "urql";

import type { CustomerColumn, CustomersPageQueryVariables } from "../gql/graphql";
import type { Liking } from "./liking";
import { CUSTOMERS_PAGE } from "./page.graphql";
import type { Place, View } from "./place";
import { rest, rowsOf, type Part } from "./rows";

const PAGE = 50;

export function useCustomers(place: Place, view: View, liking: Liking) {
  const variables = useMemo(() => asked(place, view, liking), [place, view, liking]);
  const key = JSON.stringify(variables);
  const [{ data, error, extensions, fetching, stale }, refresh] = useQuery({
    query: CUSTOMERS_PAGE,
    variables,
    requestPolicy: "cache-and-network",
  });
  const [latest, setLatest] = useState<Part>();
  const [further, setFurther] = useState<{ key: string; parts: Part[]; error?: CombinedError; busy: boolean }>();
  const client = useClient();

  // The rows stay while the next ones are on their way.
  useEffect(() => {
    if (data && !fetching) setLatest({ data, extensions });
  }, [data, extensions, fetching]);
  const shown = data && !fetching ? { data, extensions } : (latest ?? (data && { data, extensions }));

  const following = further?.key === key ? further : undefined;
  const parts = useMemo(() => (shown ? [shown, ...(following?.parts ?? [])] : []), [shown?.data, shown?.extensions, following]);
  const rows = useMemo(() => parts.flatMap(rowsOf), [parts]);
  const next = parts.length ? rest(parts.at(-1)!, PAGE) : undefined;

  const more = useCallback(async () => {
    if (!next) return;
    const before = following?.parts ?? [];
    setFurther({ key, parts: before, busy: true });
    const answer = await client.query(CUSTOMERS_PAGE, { ...variables, ...next, begins: false }, { requestPolicy: "network-only" }).toPromise();
    const parts = answer.data ? [...before, { data: answer.data, extensions: answer.extensions }] : before;
    // a page that was asked for under another filter no longer belongs here
    setFurther((now) => (now?.key === key ? { key, parts, busy: false, ...(answer.error && { error: answer.error }) } : now));
  }, [client, key, next, following, variables]);

  const again = useCallback(() => {
    setFurther(undefined);
    refresh({ requestPolicy: "network-only" });
  }, [refresh]);

  return {
    rows,
    first: shown?.data,
    error: fetching ? undefined : error,
    fetching: fetching || stale,
    busyWithMore: following?.busy ?? false,
    moreFailed: following?.error,
    more: next ? more : undefined,
    paged: parts.length > 1,
    again,
  };
}

/** The variables of the first page: only what the columns show is asked for. */
function asked({ search, filter, sort }: Place, view: View, { columns, hideInactive }: Liking): CustomersPageQueryVariables {
  const shows = (...some: CustomerColumn[]) => some.some((column) => columns.includes(column));
  return {
    tree: view === "tree",
    list: view === "list",
    begins: true,
    search: search || null,
    filter: Object.keys(filter).length ? filter : null,
    hideInactive,
    sort: view === "list" ? (sort ?? null) : null,
    first: PAGE,
    summary: shows("MRR", "PORTS", "VCS", "CLOUD", "LAST_ACTIVITY", "LAST_ORDER"),
    onboarding: shows("ONBOARDING"),
    sourceData: shows("SOURCE_DATA"),
    admin: shows("ADMIN"),
    contracts: shows("CONTRACTS"),
    invoices: shows("INVOICES"),
    contact: shows("PHONE", "EMAIL", "COUNTRY"),
    services: shows("SERVICES"),
    tags: shows("TAGS"),
  };
}
