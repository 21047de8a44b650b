// Whom to reach at a customer, and what its partner wants to hear of it.
import { Anchor, Button, Stack, Table, Text, VisuallyHidden } from "@mantine/core";
import { useState } from "react";
import { useTranslation } from "react-i18next";

import { Icon } from "../answer/Icon";
import type { CustomerContactsQuery } from "../gql/graphql";
import { ContactForm } from "./ContactForm";
import { CUSTOMER_CONTACTS } from "./contacts.graphql";
import { NotificationPreferences } from "./NotificationPreferences";
import { Locked, Panel } from "./Panel";
import { Rows } from "./Rows";
import { useAnswer } from "./useAnswer";

export type Contact = NonNullable<NonNullable<CustomerContactsQuery["customer"]>["contacts"]>["nodes"][number];
/** Undefined while none is open, null for a new one. */
type Open = Contact | null | undefined;

export function Contacts({ id }: { id: string }) {
  const { t } = useTranslation();
  const [open, setOpen] = useState<Open>();
  const reading = useAnswer(CUSTOMER_CONTACTS, { id });
  const { data } = reading;
  const reason = reading.why("customer.contacts");
  const may = data?.customer?.viewerActions.find(({ action }) => action === "edit")?.allowed ?? false;
  const tenant = data?.customer?.tenant;
  return (
    <Stack gap="md">
      <Panel
        title={t("customer.contacts.title")}
        action={
          may && (
            <Button size="xs" leftSection={<Icon name="plus" size={14} />} onClick={() => setOpen(null)}>
              {t("customer.contacts.add")}
            </Button>
          )
        }
      >
        {reason ? (
          <Locked reason={reason} />
        ) : (
          <Table verticalSpacing="xs" aria-label={t("customer.contacts.title")}>
            <Table.Thead>
              <Table.Tr>
                <Table.Th>{t("customer.contacts.name")}</Table.Th>
                <Table.Th visibleFrom="sm">{t("customer.contacts.type")}</Table.Th>
                <Table.Th visibleFrom="sm">{t("customer.contacts.phone")}</Table.Th>
                {may && <Table.Th><VisuallyHidden>{t("customer.services.actions")}</VisuallyHidden></Table.Th>}
              </Table.Tr>
            </Table.Thead>
            <ContactRows id={id} may={may} empty={t("customer.contacts.none")} onOpen={setOpen} />
          </Table>
        )}
      </Panel>
      <NotificationPreferences id={id} />
      {open !== undefined && tenant && (
        <ContactForm key={open?.id ?? "new"} tenant={tenant.id} contact={open} again={reading.again} onClose={() => setOpen(undefined)} />
      )}
    </Stack>
  );
}

type Pages = { id: string; may: boolean; after?: string; empty?: string; onOpen: (contact: Contact) => void };

function ContactRows({ id, may, after, empty, onOpen }: Pages) {
  const { t } = useTranslation();
  const reading = useAnswer(CUSTOMER_CONTACTS, { id, after });
  return (
    <Rows of={reading} from={(data) => data.customer?.contacts} columns={may ? 4 : 3} empty={empty}
      row={(contact) => (
        <Table.Tr key={contact.id}>
          <Table.Td>
            <Text size="sm">{contact.name}</Text>
            <Anchor href={`mailto:${contact.email}`} size="xs" style={{ overflowWrap: "anywhere" }}>{contact.email}</Anchor>
            <Text size="xs" c="dimmed" hiddenFrom="sm">{t(`customer.contactType.${contact.type}`)}</Text>
          </Table.Td>
          <Table.Td visibleFrom="sm">{t(`customer.contactType.${contact.type}`)}</Table.Td>
          <Table.Td visibleFrom="sm">{contact.phone}</Table.Td>
          {may && (
            <Table.Td w={40}>
              <Button variant="default" size="compact-xs" aria-label={t("customer.contacts.edit", { name: contact.name })} onClick={() => onOpen(contact)}>
                {t("customer.edit")}
              </Button>
            </Table.Td>
          )}
        </Table.Tr>
      )}
      next={(cursor) => <ContactRows id={id} may={may} after={cursor} onOpen={onOpen} />} />
  );
}
