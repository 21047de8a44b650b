// Entering a tenant and coming back: the session's cookie changes, and the page begins anew there.
import { useState } from "react";
import { flushSync } from "react-dom";
import { useTranslation } from "react-i18next";
import { useClient, useMutation, type Client } from "urql";
import { useLocation } from "wouter";

import { failureOf } from "../answer/failure";
import { fieldErrors } from "../answer/userErrors";
import { graphql } from "../gql";
import { useStanding } from "./who";

// Neither asks for what the page shows: the page would ask for it anew, as if it still stood where it was.
const ENTER = graphql(`
  mutation EnterTenant($tenantId: ID!) {
    switchTenant(input: { tenantId: $tenantId }) {
      session {
        id
      }
      userErrors {
        code
        message
        path
      }
    }
  }
`);

const LANDING = graphql(`
  query Landing {
    viewer {
      currentTenant {
        customer {
          id
        }
      }
    }
  }
`);

const COME_BACK = graphql(`
  mutation ComeBack {
    switchBack(input: {}) {
      auditEntryId
      userErrors {
        code
        message
        path
      }
    }
  }
`);

// Where the person was before the first of a row of stays: coming back leads there.
const CAME_FROM = "tenantry.cameFrom";

export function useSwitching() {
  const { t } = useTranslation();
  const { who, restart } = useStanding();
  const client = useClient();
  const [path, go] = useLocation();
  const [entering, enterTenant] = useMutation(ENTER);
  const [leaving, comeBack] = useMutation(COME_BACK);
  const [problem, setProblem] = useState<string>();

  async function enter(tenantId: string): Promise<boolean> {
    setProblem(undefined);
    const { data, error } = await enterTenant({ tenantId });
    if (!data?.switchTenant.session) {
      setProblem(fieldErrors(data?.switchTenant.userErrors).rest ?? failureOf(error, t));
      return false;
    }
    if (!who?.actingSession) sessionStorage.setItem(CAME_FROM, path + location.search);
    begin(await landing(client));
    return true;
  }

  async function leave(): Promise<void> {
    setProblem(undefined);
    const { data, error } = await comeBack({});
    if (!data || data.switchBack.userErrors.length > 0) {
      setProblem(fieldErrors(data?.switchBack.userErrors).rest ?? failureOf(error, t));
      return;
    }
    const before = sessionStorage.getItem(CAME_FROM) ?? "/customers";
    sessionStorage.removeItem(CAME_FROM);
    begin(before);
  }

  /** First the client that stands elsewhere, then the page that asks through it. */
  function begin(address: string) {
    flushSync(() => restart("moved"));
    go(address);
  }

  return { enter, leave, problem, busy: entering.fetching || leaving.fetching };
}

/** Where one begins in the tenant just entered: on the page of the customer itself, or on the list of a partner's. */
async function landing(client: Client): Promise<string> {
  const { data } = await client.query(LANDING, {}, { requestPolicy: "network-only" }).toPromise();
  const customer = data?.viewer?.currentTenant?.customer?.id;
  return customer ? `/customers/${customer}` : "/customers";
}
