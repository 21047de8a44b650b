// What the company in which the viewer stands is told of all its customers, for whoever may choose it.
import { Switch, Table, Text } from "@mantine/core";
import { useState } from "react";
import { useTranslation } from "react-i18next";

import { Locked, Panel } from "../customer/Panel";
import { Refusal } from "../customer/Refusal";
import { useChange } from "../customer/useChange";
import type { AccountQuery, WithheldReason } from "../gql/graphql";
import { CHOOSE_FOR_COMPANY } from "./account.graphql";

type Company = NonNullable<AccountQuery["tenantTree"]>;
type Preference = NonNullable<Company["notificationPreferences"]>[number];
const WAYS = ["email", "inApp"] as const;
type Way = (typeof WAYS)[number];

type Props = { company: Company; reason: WithheldReason | undefined; again: () => void };

export function CompanyPreferences({ company, reason, again }: Props) {
  const { t } = useTranslation();
  const place = company.name;
  return (
    <Panel title={t("people.account.preferences", { place })}>
      {reason ? (
        <Locked reason={reason} />
      ) : (
        <>
          <Text size="sm" c="dimmed" mb="xs">
            {t("people.account.preferencesHint", { place })}
          </Text>
          <Table verticalSpacing={6} aria-label={t("people.account.preferences", { place })}>
            <Table.Thead>
              <Table.Tr>
                <Table.Th>{t("customer.notifications.event")}</Table.Th>
                {WAYS.map((way) => (
                  <Table.Th key={way}>{t(`customer.notifications.${way}`)}</Table.Th>
                ))}
              </Table.Tr>
            </Table.Thead>
            <Table.Tbody>
              {(company.notificationPreferences ?? []).map((preference) => (
                <Choice key={preference.event} preference={preference} again={again} />
              ))}
            </Table.Tbody>
          </Table>
        </>
      )}
    </Panel>
  );
}

/** A switch moves at once, and back again should it be refused. */
function Choice({ preference, again }: { preference: Preference; again: () => void }) {
  const { t } = useTranslation();
  const { run, busy, problems, forget } = useChange(CHOOSE_FOR_COMPANY, (data) => data.setNotificationPreference);
  const [moved, setMoved] = useState<Partial<Record<Way, boolean>>>({});
  const event = t(`customer.event.${preference.event}`);

  async function choose(way: Way, on: boolean) {
    setMoved({ ...moved, [way]: on });
    if (!(await run({ input: { event: preference.event, [way]: on } }))) setMoved({ ...moved, [way]: undefined });
  }

  return (
    <Table.Tr aria-busy={busy}>
      <Table.Td>
        {event}
        <Refusal problems={problems} onLoadAnew={() => { forget(); again(); }} />
      </Table.Td>
      {WAYS.map((way) => (
        <Table.Td key={way}>
          <Switch size="sm" checked={moved[way] ?? preference[way]} onChange={({ currentTarget }) => void choose(way, currentTarget.checked)}
            aria-label={t("customer.notifications.choice", { event, way: t(`customer.notifications.${way}`) })} />
        </Table.Td>
      ))}
    </Table.Tr>
  );
}
