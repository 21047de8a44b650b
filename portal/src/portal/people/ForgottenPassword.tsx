// Asking for a letter with a link to a new password.
import { Anchor, Button, Stack, Text, TextInput, Title } from "@mantine/core";
import { useState, type FormEvent } from "react";
import { useTranslation } from "react-i18next";

import { Refusal } from "../customer/Refusal";
import { useChange } from "../customer/useChange";
import { REQUEST_PASSWORD_RESET } from "./passwords.graphql";
import { Sheet } from "./Sheet";

export function ForgottenPassword() {
  const { t } = useTranslation();
  const [sent, setSent] = useState<string>();
  const { run, busy, problems, forget } = useChange(REQUEST_PASSWORD_RESET, (data) => data.requestPasswordReset);

  async function submit(event: FormEvent<HTMLFormElement>) {
    event.preventDefault();
    const email = String(new FormData(event.currentTarget).get("email"));
    if (await run({ input: { email } })) setSent(email);
  }

  return (
    <Sheet>
      <form onSubmit={submit} aria-label={t("people.password.forgotten")}>
        <Stack gap="md">
          <Title order={1}>{t("people.password.forgotten")}</Title>
          <Text size="sm" role="status">
            {sent ? t("people.password.sent", { email: sent }) : t("people.password.forgottenHint")}
          </Text>
          {!sent && (
            <TextInput name="email" type="email" label={t("shell.signIn.email")} autoComplete="username" required withAsterisk={false} autoFocus />
          )}
          <Refusal problems={problems} onLoadAnew={forget} />
          {!sent && (
            <Button type="submit" loading={busy} fullWidth>
              {t("people.password.send")}
            </Button>
          )}
          <Anchor href="/" size="sm">
            {t("people.accept.signIn")}
          </Anchor>
        </Stack>
      </form>
    </Sheet>
  );
}
