// Choosing another password of one's own.
import { Button, Group, PasswordInput, Stack, Text } from "@mantine/core";
import { useState, type FormEvent } from "react";
import { useTranslation } from "react-i18next";
import { useHistoryState } from "wouter/use-browser-location";

import { Panel } from "../customer/Panel";
import { Refusal } from "../customer/Refusal";
import { problemAt, problemsBeside, useChange } from "../customer/useChange";
import { useStanding } from "../shell/who";
import { CHANGE_PASSWORD } from "./passwords.graphql";

/** `first` is what whoever set up the account chose: the person is asked for one of their own. */
export function ChangePassword({ first }: { first?: boolean }) {
  const { t } = useTranslation();
  const { restart } = useStanding();
  const changed = useHistoryState<{ changed?: boolean } | null>()?.changed;
  const [sent, setSent] = useState(false);
  const { run, busy, problems, forget } = useChange(CHANGE_PASSWORD, (data) => data.changePassword);
  const title = t(first ? "people.password.first" : "people.password.change");

  async function submit(event: FormEvent<HTMLFormElement>) {
    event.preventDefault();
    setSent(true);
    const form = new FormData(event.currentTarget);
    const text = (name: string) => String(form.get(name) ?? "");
    if (!(await run({ input: { current: text("current"), next: text("next") } }))) return;
    history.replaceState({ changed: true }, "");
    restart("moved"); // into the session's new token: what listened by the old one has ended
  }

  return (
    <Panel title={title}>
      <form onSubmit={submit} aria-label={title}>
        <Stack gap="sm">
          <Text size="sm" c="dimmed">
            {t(first ? "people.password.firstHint" : "people.password.changeHint")}
          </Text>
          <PasswordInput name="current" label={t("people.password.current")} required withAsterisk={false} autoComplete="current-password"
            visibilityToggleButtonProps={{ "aria-label": t("people.password.showCurrent") }} error={problemAt(problems, "current")} />
          <PasswordInput name="next" label={t("people.password.next")} description={t("people.accept.passwordHint")} required withAsterisk={false}
            autoComplete="new-password" visibilityToggleButtonProps={{ "aria-label": t("people.password.showNext") }} error={problemAt(problems, "next")} />
          <Refusal problems={problemsBeside(problems, ["current"], ["next"])} onLoadAnew={forget} />
          <Group gap="sm">
            <Button type="submit" loading={busy}>
              {t("people.password.submit")}
            </Button>
            <Text size="sm" c="dimmed" role="status">
              {changed && !sent && t("people.password.changed")}
            </Text>
          </Group>
        </Stack>
      </form>
    </Panel>
  );
}
