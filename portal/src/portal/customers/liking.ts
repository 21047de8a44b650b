// How the viewer likes the list: the API's preferences, shown at once and stored behind; a copy here lets the very first
// request of a visit ask for the right columns.
import { useCallback, useEffect, useRef, useState } from "react";
import { useTranslation } from "react-i18next";
import { useMutation } from "urql";

import { failureOf } from "../answer/failure";
import { fieldErrors } from "../answer/userErrors";
import { graphql } from "../gql";
import type { CustomerColumn, Density, LikingFragment, TenantKind } from "../gql/graphql";
import { SET_PREFERENCES } from "./page.graphql";
import type { View } from "./place";

export const LIKING = graphql(`
  fragment Liking on Viewer {
    currentTenant {
      id
      kind
    }
    preferences {
      columns
      density
      hideInactive
    }
  }
`);

export type Liking = { columns: CustomerColumn[]; density: Density; hideInactive: boolean };

type Remembered = Liking & { kind?: TenantKind; view?: View | undefined };

const KEPT = "tenantry.customers";

/** Sets of columns that go together. */
export const SETS = {
  USAGE: ["NAME", "MRR", "PORTS", "VCS", "CLOUD", "LAST_ACTIVITY", "LAST_ORDER"],
  SETUP: ["NAME", "ADMIN", "ONBOARDING", "SOURCE_DATA", "CONTRACTS", "INVOICES"],
} satisfies Record<string, CustomerColumn[]>;

const USUAL: Liking = {
  columns: SETS.USAGE,
  density: "STANDARD",
  hideInactive: false,
};

export function useLiking(viewer: LikingFragment | null | undefined) {
  const [remembered, setRemembered] = useState<Remembered>(recall);
  const [problem, setProblem] = useState<string>();
  const { t } = useTranslation();
  const [, store] = useMutation(SET_PREFERENCES);

  const remember = useCallback((change: Partial<Remembered>) => {
    const next = keep(change);
    setRemembered((before) => (JSON.stringify(before) === JSON.stringify(next) ? before : next));
  }, []);

  // The first answer of a visit says what is stored; after that what is chosen here is newer than any answer.
  const told = useRef(false);
  useEffect(() => {
    if (!viewer || told.current) return;
    told.current = true;
    remember(likingOf(viewer));
  }, [viewer, remember]);

  async function like(change: Partial<Liking>) {
    told.current = true;
    const before = recall();
    remember(change);
    const { data, error } = await store({ input: change });
    const refused = fieldErrors(data?.setListPreferences.userErrors).rest ?? failureOf(error, t);
    setProblem(refused);
    if (refused) remember(before);
  }

  return { liking: remembered, like, look: (view: View) => remember({ view }), problem };
}

/** The tree for those who look after several tiers, the list for everybody else, until they choose. */
export function usualView({ view, kind }: Remembered): View {
  return view ?? (kind === "DISTRIBUTOR" || kind === "PLATFORM" ? "tree" : "list");
}

/** Lets the first request after a sign-in ask for the right columns already. */
export function rememberLiking(viewer: LikingFragment): void {
  keep(likingOf(viewer));
}

function likingOf({ preferences: { columns, density, hideInactive }, currentTenant }: LikingFragment): Partial<Remembered> {
  return { columns: [...columns], density, hideInactive, ...(currentTenant && { kind: currentTenant.kind }) };
}

function keep(change: Partial<Remembered>): Remembered {
  const next = { ...recall(), ...change };
  localStorage.setItem(KEPT, JSON.stringify(next));
  return next;
}

function recall(): Remembered {
  try {
    return { ...USUAL, ...(JSON.parse(localStorage.getItem(KEPT) ?? "{}") as Partial<Remembered>) };
  } catch {
    return USUAL;
  }
}
