// Who is signed in on this page, and how that changes.
import { ask, send } from "./ask";

export type Viewer = {
  user: { displayName: string; email: string } | null;
  currentTenant: { name: string } | null;
  effectiveRole: string | null;
};

type UserError = { message: string };

const VIEWER = "{ viewer { user { displayName email } currentTenant { name } effectiveRole } }";
const SIGN_IN = `mutation SignIn($input: SignInInput!) {
  signIn(input: $input) { viewer { user { displayName } } userErrors { message path } }
}`;
const SIGN_OUT = "mutation { signOut(input: {}) { userErrors { message } } }";

/** The viewer, or null for somebody who is not signed in. */
export async function currentViewer(): Promise<Viewer | null> {
  const { data } = await send<{ viewer: Viewer | null }>({ query: VIEWER });
  return data?.viewer?.user ? data.viewer : null;
}

/** Signs in; the session itself arrives in a cookie that this page cannot read. */
export async function signIn(email: string, password: string): Promise<void> {
  const { signIn: outcome } = await ask<{ signIn: { userErrors: UserError[] } }>(SIGN_IN, {
    input: { email, password },
  });
  refuse(outcome.userErrors);
}

export async function signOut(): Promise<void> {
  const { signOut: outcome } = await ask<{ signOut: { userErrors: UserError[] } }>(SIGN_OUT);
  refuse(outcome.userErrors);
}

function refuse(errors: UserError[]): void {
  if (errors.length) throw new Error(errors.map((error) => error.message).join(" "));
}
