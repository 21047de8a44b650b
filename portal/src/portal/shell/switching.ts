// Entering a tenant and coming back: the session's cookie changes, and the page begins anew there.
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { useMutation } from "urql";
import { useLocation } from "wouter";

import { failureOf } from "../answer/failure";
import { graphql } from "../gql";
import { useStanding } from "./who";

const ENTER = graphql(`
  mutation EnterTenant($tenantId: ID!) {
    switchTenant(input: { tenantId: $tenantId }) {
      session {
        id
        target {
          id
          customer {
            id
          }
        }
      }
      userErrors {
        code
        message
        path
      }
    }
  }
`);

const COME_BACK = graphql(`
  mutation ComeBack {
    switchBack(input: {}) {
      viewer {
        currentTenant {
          id
        }
      }
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
  const [path, go] = useLocation();
  const [entering, enterTenant] = useMutation(ENTER);
  const [leaving, comeBack] = useMutation(COME_BACK);
  const [problem, setProblem] = useState<string>();

  async function enter(tenantId: string): Promise<boolean> {
    setProblem(undefined);
    const { data, error } = await enterTenant({ tenantId });
    const session = data?.switchTenant.session;
    if (!session) {
      setProblem(data?.switchTenant.userErrors[0]?.message ?? failureOf(error, t));
      return false;
    }
    if (!who?.actingSession) sessionStorage.setItem(CAME_FROM, path + location.search);
    const customer = session.target?.customer?.id;
    go(customer ? `/customers/${customer}` : "/customers");
    restart("moved");
    return true;
  }

  async function leave(): Promise<void> {
    setProblem(undefined);
    const { data, error } = await comeBack({});
    if (!data?.switchBack.viewer) {
      setProblem(failureOf(error, t));
      return;
    }
    go(sessionStorage.getItem(CAME_FROM) ?? "/customers");
    sessionStorage.removeItem(CAME_FROM);
    restart("moved");
  }

  return { enter, leave, problem, busy: entering.fetching || leaving.fetching };
}
