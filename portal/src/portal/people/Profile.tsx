// One's own name, phone, language and time zone.
import { Button, Group, Select, Stack, Text, TextInput } from "@mantine/core";
import { useState, type FormEvent } from "react";
import { useTranslation } from "react-i18next";

import { Panel } from "../customer/Panel";
import { Refusal } from "../customer/Refusal";
import { problemAt, problemsBeside, useChange } from "../customer/useChange";
import type { AccountQuery } from "../gql/graphql";
import { chooseLanguage, LANGUAGE_NAMES, LANGUAGES, type Language } from "../words";
import { UPDATE_PROFILE } from "./account.graphql";

type User = NonNullable<NonNullable<AccountQuery["viewer"]>["user"]>;
const FIELDS = ["firstName", "lastName", "phone", "language", "timeZone"];

export function Profile({ user, again }: { user: User; again: () => void }) {
  const { t, i18n } = useTranslation();
  const { run, busy, problems, forget } = useChange(UPDATE_PROFILE, (data) => data.updateProfile);
  const [language, setLanguage] = useState<string>(() => LANGUAGES.find((known) => user.language?.startsWith(known)) ?? i18n.language);
  const [timeZone, setTimeZone] = useState(user.timeZone ?? "");
  const [said, setSaid] = useState<string>();
  const device = Intl.DateTimeFormat().resolvedOptions().timeZone;

  async function submit(event: FormEvent<HTMLFormElement>) {
    event.preventDefault();
    setSaid(undefined);
    const form = new FormData(event.currentTarget);
    const text = (name: string) => String(form.get(name) ?? "").trim();
    const input = { firstName: text("firstName"), lastName: text("lastName"), phone: text("phone") || null, language, timeZone };
    const done = await run({ input, options: { ifVersion: user.version } });
    if (!done) return;
    setSaid(t(done.warnings.length ? "people.account.unchanged" : "people.account.saved"));
    await chooseLanguage(language as Language);
    again();
  }

  return (
    <Panel title={t("people.account.profile")}>
      <form onSubmit={submit} aria-label={t("people.account.profile")}>
        <Stack gap="sm">
          <Group grow align="flex-start" gap="sm" preventGrowOverflow={false}>
            <TextInput name="firstName" miw={150} label={t("people.account.firstName")} defaultValue={user.firstName} required withAsterisk={false}
              maxLength={100} autoComplete="given-name" error={problemAt(problems, "firstName")} />
            <TextInput name="lastName" miw={150} label={t("people.account.lastName")} defaultValue={user.lastName} required withAsterisk={false}
              maxLength={100} autoComplete="family-name" error={problemAt(problems, "lastName")} />
          </Group>
          <TextInput name="phone" type="tel" label={t("people.account.phone")} placeholder="+43-1-555-0100" pattern="\+[1-9][0-9 \-]{5,18}"
            defaultValue={user.phone ?? ""} autoComplete="tel" error={problemAt(problems, "phone")} />
          <Group grow align="flex-start" gap="sm" preventGrowOverflow={false}>
            <Select miw={150} label={t("people.account.language")} allowDeselect={false} value={language} onChange={(value) => value && setLanguage(value)}
              data={LANGUAGES.map((value) => ({ value, label: LANGUAGE_NAMES[value] }))} error={problemAt(problems, "language")} />
            <Select miw={150} label={t("people.account.timeZone")} searchable allowDeselect={false} value={timeZone} onChange={(value) => setTimeZone(value ?? "")}
              data={[{ value: "", label: t("people.account.device", { zone: device }) }, ...Intl.supportedValuesOf("timeZone")]}
              limit={100} error={problemAt(problems, "timeZone")} />
          </Group>
          <Refusal problems={problemsBeside(problems, ...FIELDS.map((field) => [field]))} onLoadAnew={() => { forget(); again(); }} />
          <Group gap="sm">
            <Button type="submit" loading={busy}>
              {t("people.account.save")}
            </Button>
            <Text size="sm" c="dimmed" role="status">
              {said}
            </Text>
          </Group>
        </Stack>
      </form>
    </Panel>
  );
}
