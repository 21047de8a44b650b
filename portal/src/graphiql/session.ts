// Who is signed in on this page and where they act, and how that changes.
import { ask, send } from "./ask";

export type Viewer = {
  user: { displayName: string; email: string } | null;
  homeTenant: { id: string; name: string } | null;
  currentTenant: { id: string; name: string } | null;
  effectiveRole: string | null;
  actingSession: { id: string } | null;
};

type Outcome = { userErrors: { message: string }[] };

const VIEWER = `{
  viewer {
    user { displayName email }
    homeTenant { id name }
    currentTenant { id name }
    effectiveRole
    actingSession { id }
  }
}`;

const SIGN_IN = "mutation($input: SignInInput!) { done: signIn(input: $input) { userErrors { message } } }";
const SIGN_OUT = "mutation { done: signOut(input: {}) { userErrors { message } } }";
const ENTER = "mutation($input: SwitchTenantInput!) { done: switchTenant(input: $input) { userErrors { message } } }";
const COME_BACK = "mutation { done: switchBack(input: {}) { userErrors { message } } }";

/** The viewer, or null for somebody who is not signed in. */
export async function currentViewer(): Promise<Viewer | null> {
  const { data } = await send<{ viewer: Viewer | null }>({ query: VIEWER });
  return data?.viewer?.user ? data.viewer : null;
}

/** Signs in; the session itself arrives in a cookie that this page cannot read. */
export const signIn = (email: string, password: string) => change(SIGN_IN, { email, password });

export const signOut = () => change(SIGN_OUT);

/** Acts in another tenant from here on: the cookie changes. */
export const enter = (tenantId: string) => change(ENTER, { tenantId });

/** Acts at home again. */
export const comeBack = () => change(COME_BACK);

async function change(mutation: string, input?: object): Promise<void> {
  const { done } = await ask<{ done: Outcome }>(mutation, input && { input });
  if (done.userErrors.length) throw new Error(done.userErrors.map((error) => error.message).join(" "));
}
