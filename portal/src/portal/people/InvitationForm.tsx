// What the forms of invitations share: sending, what was wrong, and what comes after.
import { Alert, Button, Group, Stack, Text } from "@mantine/core";
import { useState, type FormEvent, type ReactNode } from "react";
import { useTranslation } from "react-i18next";

import { useFormats } from "../answer/formats";

type Sent = { email: string; expiresAt: string };
type Props = {
  label: string;
  problem: string | undefined;
  busy: boolean;
  /** Gets each field by its name, undefined where it is empty; answers the invitation where one was sent. */
  send: (field: (name: string) => string | undefined) => Promise<Sent | undefined>;
  children: ReactNode;
};

export function InvitationForm({ label, problem, busy, send, children }: Props) {
  const { t } = useTranslation();
  const { moment } = useFormats();
  const [sent, setSent] = useState<Sent>();

  async function submit(event: FormEvent<HTMLFormElement>) {
    event.preventDefault();
    const form = new FormData(event.currentTarget);
    setSent(await send((name) => String(form.get(name) ?? "").trim() || undefined));
  }

  if (sent)
    return (
      <Stack align="flex-start">
        <Text size="sm" role="status">
          {t("people.invite.sent", { email: sent.email, until: moment(sent.expiresAt) })}
        </Text>
        <Button variant="default" autoFocus onClick={() => setSent(undefined)}>
          {t("people.invite.another")}
        </Button>
      </Stack>
    );
  return (
    <form onSubmit={submit} aria-label={label}>
      <Stack gap="sm">
        {children}
        {problem && (
          <Alert role="alert" color="red" variant="light">
            {problem}
          </Alert>
        )}
        <Group justify="flex-end">
          <Button type="submit" loading={busy}>
            {t("people.invite.send")}
          </Button>
        </Group>
      </Stack>
    </form>
  );
}
