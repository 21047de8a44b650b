// Where the list stands: its view, search, filter and order, kept in the page's address so that a link shows the same.
import { useMemo } from "react";
import { useLocation, useSearch } from "wouter";

import type { CustomerFilter, CustomerSort, CustomerSortKey } from "../gql/graphql";

export type View = "tree" | "list";

export type Place = {
  /** Undefined where the address does not say. */
  view: View | undefined;
  search: string;
  filter: CustomerFilter;
  sort: CustomerSort | undefined;
};

export function usePlace(): [Place, (change: Partial<Place>) => void] {
  const text = useSearch();
  const [path, go] = useLocation();
  const place = useMemo(() => read(text), [text]);
  return [place, (change) => go(`${path}${written({ ...read(location.search), ...change })}`, { replace: true })];
}

export function isNarrowed({ search, filter }: Place): boolean {
  return search !== "" || Object.keys(filter).length > 0;
}

function read(text: string): Place {
  const parts = new URLSearchParams(text);
  const view = parts.get("view");
  return {
    view: view === "tree" || view === "list" ? view : undefined,
    search: parts.get("q") ?? "",
    filter: readFilter(parts.get("filter")),
    sort: readSort(parts.get("sort")),
  };
}

function written({ view, search, filter, sort }: Place): string {
  const parts = new URLSearchParams();
  if (view) parts.set("view", view);
  if (search) parts.set("q", search);
  if (Object.keys(filter).length) parts.set("filter", JSON.stringify(filter));
  if (sort) parts.set("sort", `${sort.direction === "DESC" ? "-" : ""}${sort.key}`);
  const text = parts.toString();
  return text && `?${text}`;
}

/** What stands in an address may have been typed: the server judges the criteria, this only that there are some. */
function readFilter(text: string | null): CustomerFilter {
  try {
    const found: unknown = JSON.parse(text ?? "{}");
    return typeof found === "object" && found !== null && !Array.isArray(found) ? found : {};
  } catch {
    return {};
  }
}

const SORT_KEYS: readonly string[] = ["NAME", "MRR", "LAST_ACTIVITY", "LAST_ORDER", "CREATED_AT", "STATUS"] satisfies CustomerSortKey[];

function readSort(text: string | null): CustomerSort | undefined {
  const key = text?.replace(/^-/, "") ?? "";
  return SORT_KEYS.includes(key) ? { key: key as CustomerSortKey, direction: text?.startsWith("-") ? "DESC" : "ASC" } : undefined;
}
