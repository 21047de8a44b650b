// The bar over the editor: sign in, see who you are, sign out.
import { useState, type FormEvent } from "react";

import { signIn, signOut, type Viewer } from "./session";

type Props = {
  /** Undefined while the server has not said yet. */
  viewer: Viewer | null | undefined;
  onChange: () => Promise<void>;
};

export function Bar({ viewer, onChange }: Props) {
  const [problem, setProblem] = useState("");
  const [busy, setBusy] = useState(false);

  async function change(step: () => Promise<void>) {
    setBusy(true);
    setProblem("");
    try {
      await step();
      await onChange();
    } catch (error) {
      setProblem(error instanceof Error ? error.message : String(error));
    } finally {
      setBusy(false);
    }
  }

  return (
    <header className="bar" aria-busy={busy}>
      <h1>Tenantry API</h1>
      <p role="alert" className="bar-problem">
        {problem}
      </p>
      {viewer && <SignedIn viewer={viewer} busy={busy} onSignOut={() => change(signOut)} />}
      {viewer === null && <SignIn busy={busy} invalid={problem !== ""} onSignIn={(...who) => change(() => signIn(...who))} />}
    </header>
  );
}

function SignedIn({ viewer, busy, onSignOut }: { viewer: Viewer; busy: boolean; onSignOut: () => void }) {
  const place = [viewer.effectiveRole, viewer.currentTenant?.name].filter(Boolean).join(" at ");
  return (
    <>
      <p role="status" title={viewer.user?.email}>
        {viewer.user?.displayName}
        {place && <span className="bar-place">, {place}</span>}
      </p>
      <button type="button" disabled={busy} onClick={onSignOut}>
        Sign out
      </button>
    </>
  );
}

type SignInProps = { busy: boolean; invalid: boolean; onSignIn: (email: string, password: string) => void };

function SignIn({ busy, invalid, onSignIn }: SignInProps) {
  function submit(event: FormEvent<HTMLFormElement>) {
    event.preventDefault();
    const form = new FormData(event.currentTarget);
    onSignIn(String(form.get("email")), String(form.get("password")));
  }
  return (
    <form className="bar-form" aria-label="Sign in" onSubmit={submit}>
      <label>
        E-mail
        <input name="email" type="email" autoComplete="username" required aria-invalid={invalid} />
      </label>
      <label>
        Password
        <input name="password" type="password" autoComplete="current-password" required aria-invalid={invalid} />
      </label>
      <button type="submit" disabled={busy}>
        Sign in
      </button>
    </form>
  );
}
