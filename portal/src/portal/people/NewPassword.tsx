// Where the letter about a forgotten password leads: choosing a new one, and in.
import { Anchor, Button, PasswordInput, Stack, Text, Title } from "@mantine/core";
import { useState, type FormEvent } from "react";
import { useTranslation } from "react-i18next";
import { useMutation } from "urql";
import { useLocation } from "wouter";

import { Refusal } from "../customer/Refusal";
import { problemAt, problemsBeside, useChange } from "../customer/useChange";
import { useStanding } from "../shell/who";
import { COME_IN, RESET_PASSWORD } from "./passwords.graphql";
import { Sheet } from "./Sheet";

/** What follows "reset=" in the address: behind the #, so that browsers tell it to no server. */
function secret(): string {
  return new URLSearchParams(location.hash.slice(1)).get("reset") ?? "";
}

export function NewPassword() {
  const { t } = useTranslation();
  const { restart } = useStanding();
  const [, go] = useLocation();
  const [token] = useState(secret);
  const { run, busy, problems, forget } = useChange(RESET_PASSWORD, (data) => data.resetPassword);
  const [comingIn, comeIn] = useMutation(COME_IN);
  const dead = !token || problems.some(({ code }) => code === "LINK_EXPIRED");

  async function submit(event: FormEvent<HTMLFormElement>) {
    event.preventDefault();
    const password = String(new FormData(event.currentTarget).get("password"));
    const done = await run({ input: { token, password } });
    if (!done?.email) return;
    const entered = await comeIn({ input: { email: done.email, password } });
    go("/", { replace: true });
    restart(entered.data?.signIn.viewer ? "signedIn" : "signedOut");
  }

  if (dead) {
    return (
      <Sheet>
        <Stack align="flex-start">
          <Title order={1}>{t("people.accept.dead")}</Title>
          <Text size="sm" c="dimmed">
            {t("people.password.deadHint")}
          </Text>
          <Anchor href="/forgotten-password" size="sm">
            {t("people.password.another")}
          </Anchor>
        </Stack>
      </Sheet>
    );
  }
  return (
    <Sheet>
      <form onSubmit={submit} aria-label={t("people.password.choose")}>
        <Stack gap="md">
          <Title order={1}>{t("people.password.choose")}</Title>
          <Text size="sm">{t("people.password.chooseHint")}</Text>
          <PasswordInput name="password" label={t("people.password.next")} description={t("people.accept.passwordHint")} required withAsterisk={false}
            autoFocus autoComplete="new-password" visibilityToggleButtonProps={{ "aria-label": t("people.password.showNext") }} error={problemAt(problems, "password")} />
          <Refusal problems={problemsBeside(problems, ["password"])} onLoadAnew={forget} />
          <Button type="submit" loading={busy || comingIn.fetching} fullWidth>
            {t("people.password.chooseSubmit")}
          </Button>
        </Stack>
      </form>
    </Sheet>
  );
}
