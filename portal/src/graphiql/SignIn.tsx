// The form of somebody who is not signed in.
import type { FormEvent } from "react";

type Props = { busy: boolean; invalid: boolean; onSignIn: (email: string, password: string) => void };

export function SignIn({ busy, invalid, onSignIn }: Props) {
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
