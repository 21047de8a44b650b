// Inviting customers and colleagues, and the invitations that wait for an answer.
import { Modal, Tabs, Text } from "@mantine/core";
import { useTranslation } from "react-i18next";

import { useStanding } from "../shell/who";
import { InviteCustomer } from "./InviteCustomer";
import { InvitePerson } from "./InvitePerson";
import { Waiting } from "./Waiting";

/** Mounted while it is open. `onDone` is told that an invitation was sent. */
type Props = { onClose: () => void; onDone?: () => void };

export function Invite({ onClose, onDone }: Props) {
  const { t } = useTranslation();
  const { who } = useStanding();
  const place = who?.currentTenant;
  const may = { customer: who?.capabilities.includes("CUSTOMER_CREATE"), person: who?.capabilities.includes("USER_INVITE") };
  return (
    <Modal opened onClose={onClose} title={t("people.invite.title")} size="md" closeButtonProps={{ "aria-label": t("people.close") }}>
      {place && (may.customer || may.person) ? (
        <Tabs defaultValue={may.customer ? "customer" : "person"} keepMounted={false} styles={{ tab: { paddingInline: 10 } }}>
          <Tabs.List mb="md">
            {may.customer && <Tabs.Tab value="customer">{t("people.invite.customer")}</Tabs.Tab>}
            {may.person && <Tabs.Tab value="person">{t("people.invite.person")}</Tabs.Tab>}
            {may.person && <Tabs.Tab value="waiting">{t("people.invite.waiting")}</Tabs.Tab>}
          </Tabs.List>
          <Tabs.Panel value="customer">
            <InviteCustomer place={place} onDone={onDone} />
          </Tabs.Panel>
          <Tabs.Panel value="person">
            <InvitePerson place={place} onDone={onDone} />
          </Tabs.Panel>
          <Tabs.Panel value="waiting">
            <Waiting />
          </Tabs.Panel>
        </Tabs>
      ) : (
        <Text size="sm">{t("people.invite.refused", { place: place?.name ?? "" })}</Text>
      )}
    </Modal>
  );
}
