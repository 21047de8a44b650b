// What the viewer's company is told of a customer, by letter and in the portal: for whoever may choose it.
import { Switch, Table, Text } from "@mantine/core";
import { useState } from "react";
import { useTranslation } from "react-i18next";

import type { CustomerEventKind, CustomerNotificationsQuery } from "../gql/graphql";
import { Answered } from "./Answered";
import { CUSTOMER_NOTIFICATIONS, SET_NOTIFICATION_PREFERENCE } from "./contacts.graphql";
import { Locked, Panel } from "./Panel";
import { Refusal } from "./Refusal";
import { useAnswer } from "./useAnswer";
import { useChange } from "./useChange";

type Preference = NonNullable<NonNullable<CustomerNotificationsQuery["customer"]>["notificationPreferences"]>[number];
const WAYS = ["email", "inApp"] as const;
type Way = (typeof WAYS)[number];

export function NotificationPreferences({ id }: { id: string }) {
  const { t } = useTranslation();
  const reading = useAnswer(CUSTOMER_NOTIFICATIONS, { id });
  const reason = reading.why("customer.notificationPreferences");
  return (
    <Panel title={t("customer.notifications.title")}>
      {reason ? (
        <Locked reason={reason} />
      ) : (
        <Answered of={reading}>
          {({ customer }) => <Choices id={id} preferences={customer?.notificationPreferences ?? []} again={reading.again} />}
        </Answered>
      )}
    </Panel>
  );
}

function Choices({ id, preferences, again }: { id: string; preferences: readonly Preference[]; again: () => void }) {
  const { t } = useTranslation();
  return (
    <>
      <Text size="sm" c="dimmed" mb="xs">{t("customer.notifications.what")}</Text>
      <Table verticalSpacing={6} aria-label={t("customer.notifications.title")}>
        <Table.Thead>
          <Table.Tr>
            <Table.Th>{t("customer.notifications.event")}</Table.Th>
            {WAYS.map((way) => <Table.Th key={way}>{t(`customer.notifications.${way}`)}</Table.Th>)}
          </Table.Tr>
        </Table.Thead>
        <Table.Tbody>
          {preferences.map((preference) => <Choice key={preference.event} id={id} preference={preference} again={again} />)}
        </Table.Tbody>
      </Table>
    </>
  );
}

/** A switch moves at once, and back again should it be refused. */
function Choice({ id, preference, again }: { id: string; preference: Preference; again: () => void }) {
  const { t } = useTranslation();
  const { run, busy, problems, forget } = useChange(SET_NOTIFICATION_PREFERENCE, (data) => data.setNotificationPreference);
  const [moved, setMoved] = useState<Partial<Record<Way, boolean>>>({});
  const event: CustomerEventKind = preference.event;

  async function choose(way: Way, on: boolean) {
    setMoved({ [way]: on });
    if (!(await run({ input: { customerId: id, event, [way]: on } }))) setMoved({});
  }
  return (
    <Table.Tr aria-busy={busy}>
      <Table.Td>
        {t(`customer.event.${event}`)}
        <Refusal problems={problems} onLoadAnew={() => { forget(); again(); }} />
      </Table.Td>
      {WAYS.map((way) => (
        <Table.Td key={way}>
          <Switch size="sm" checked={moved[way] ?? preference[way]} onChange={({ currentTarget }) => choose(way, currentTarget.checked)}
            aria-label={t("customer.notifications.choice", { event: t(`customer.event.${event}`), way: t(`customer.notifications.${way}`) })} />
        </Table.Td>
      ))}
    </Table.Tr>
  );
}
