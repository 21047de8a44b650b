// Where one is signed in, and signing out everywhere.
import { Badge, Button, Group, Stack, Text } from "@mantine/core";
import { useState } from "react";
import { useTranslation } from "react-i18next";

import { useFormats } from "../answer/formats";
import { Panel } from "../customer/Panel";
import { Refusal } from "../customer/Refusal";
import { useChange } from "../customer/useChange";
import type { AccountQuery } from "../gql/graphql";
import { useStanding } from "../shell/who";
import { SIGN_OUT_EVERYWHERE } from "./account.graphql";
import classes from "./Linked.module.css";

type Session = NonNullable<AccountQuery["viewer"]>["sessions"]["nodes"][number];

const BROWSERS = [/(Edg)\//, /(Firefox)\//, /(Chrome)\//, /(Safari)\//];
const SYSTEMS = [/(Windows)/, /(Android)/, /(iPhone|iPad)/, /(Mac OS X)/, /(Linux)/];

export function Sessions({ sessions }: { sessions: readonly Session[] }) {
  const { t } = useTranslation();
  return (
    <Panel title={t("people.account.sessions")}>
      <Text size="sm" c="dimmed">
        {t("people.account.sessionsHint")}
      </Text>
      <Stack component="ul" gap={0} m={0} p={0} mb="md" style={{ listStyle: "none" }}>
        {sessions.map((session) => (
          <One key={session.id} session={session} />
        ))}
      </Stack>
      <Everywhere />
    </Panel>
  );
}

function One({ session }: { session: Session }) {
  const { t } = useTranslation();
  const { moment } = useFormats();
  const { userAgent, startedAt, lastSeenAt, isCurrent, acting } = session;
  const first = (kinds: RegExp[]) => kinds.map((kind) => userAgent?.match(kind)?.[1]).find(Boolean);
  const [browser, system] = [first(BROWSERS), first(SYSTEMS)];
  const device = browser && system ? t("people.account.onDevice", { browser: browser === "Edg" ? "Edge" : browser, system }) : (userAgent ?? t("people.account.unknownDevice"));
  return (
    <li className={classes.row}>
      <Group gap="xs" wrap="nowrap">
        <Text size="sm" fw={550} className="cut" title={userAgent ?? undefined}>
          {device}
        </Text>
        {isCurrent && (
          <Badge tt="none" size="sm" variant="light" style={{ flexShrink: 0 }}>
            {t("people.account.current")}
          </Badge>
        )}
      </Group>
      <Text size="xs" c="dimmed">
        {t("people.account.started", { at: moment(startedAt) })}, {t("people.account.seen", { at: moment(lastSeenAt) })}
        {acting?.target && `, ${t("people.account.acting", { place: acting.target.name })}`}
      </Text>
    </li>
  );
}

function Everywhere() {
  const { t } = useTranslation();
  const { restart } = useStanding();
  const [sure, setSure] = useState(false);
  const { run, busy, problems, forget } = useChange(SIGN_OUT_EVERYWHERE, (data) => data.signOut);

  async function leave() {
    if (await run({})) restart("signedOut");
  }

  return (
    <Stack gap="xs" align="flex-start">
      <Refusal problems={problems} onLoadAnew={forget} />
      {sure && (
        <Text size="sm" role="status">
          {t("people.account.everywhereSure")}
        </Text>
      )}
      {sure ? (
        <Group gap="xs">
          <Button color="red.8" loading={busy} autoFocus onClick={() => void leave()}>
            {t("people.account.everywhereDo")}
          </Button>
          <Button variant="default" onClick={() => setSure(false)}>
            {t("people.cancel")}
          </Button>
        </Group>
      ) : (
        <Button variant="default" onClick={() => setSure(true)}>
          {t("people.account.everywhere")}
        </Button>
      )}
    </Stack>
  );
}
