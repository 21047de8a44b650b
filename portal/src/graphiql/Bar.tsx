// The bar over the editor: sign in, see who you are and where you act, go elsewhere, sign out.
import { useContext } from "react";

import { PageContext } from "./context";
import { PlaceSwitcher } from "./PlaceSwitcher";
import { comeBack, enter, signIn, signOut, type Viewer } from "./session";
import { SignIn } from "./SignIn";

export function Bar() {
  const { viewer, change, busy, problem } = useContext(PageContext);
  return (
    <header className={viewer?.actingSession ? "bar bar-acting" : "bar"} aria-busy={busy}>
      <h1>Tenantry API</h1>
      <a href="/">Portal</a>
      <p role="alert" className="bar-problem">
        {problem}
      </p>
      {viewer && <SignedIn viewer={viewer} />}
      {viewer === null && <SignIn busy={busy} invalid={problem !== ""} onSignIn={(...who) => change(() => signIn(...who))} />}
    </header>
  );
}

function SignedIn({ viewer }: { viewer: Viewer }) {
  const { change, busy } = useContext(PageContext);
  const here = viewer.currentTenant;
  return (
    <>
      <p role="status" title={viewer.user?.email}>
        {viewer.actingSession && <strong className="bar-badge">Acting</strong>}
        <span>{viewer.user?.displayName}</span>
        {here && (
          <span className="bar-place">
            {viewer.effectiveRole} at {here.name}
          </span>
        )}
      </p>
      {viewer.actingSession && (
        <button type="button" className="bar-back" disabled={busy} onClick={() => change(comeBack)}>
          Back to {viewer.homeTenant?.name ?? "your own company"}
        </button>
      )}
      {here && <PlaceSwitcher here={here} disabled={busy} onEnter={(place) => change(() => enter(place.id))} />}
      <button type="button" className="bar-quiet" disabled={busy} onClick={() => change(signOut)}>
        Sign out
      </button>
    </>
  );
}
