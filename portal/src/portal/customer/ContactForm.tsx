// Adding a contact, changing one, and taking one out.
import { Button, Checkbox, Group, Modal, NativeSelect, Stack, TextInput } from "@mantine/core";
import { useState, type FormEvent } from "react";
import { useTranslation } from "react-i18next";

import type { ContactType, CustomerEventKind } from "../gql/graphql";
import { CONTACT_TYPES, EVENTS } from "./choices";
import type { Contact } from "./Contacts";
import { DELETE_CONTACT, UPSERT_CONTACT } from "./contacts.graphql";
import { Refusal } from "./Refusal";
import { problemAt, problemsBeside, useChange } from "./useChange";

type Props = { tenant: string; contact: Contact | null; again: () => void; onClose: () => void };
const FIELDS = ["name", "email", "phone", "type", "subscribedTo"];

export function ContactForm({ tenant, contact, again, onClose }: Props) {
  const { t } = useTranslation();
  const keep = useChange(UPSERT_CONTACT, (data) => data.upsertContact);
  const drop = useChange(DELETE_CONTACT, (data) => data.deleteContact);
  const [type, setType] = useState<ContactType>(contact?.type ?? "ADMIN");
  const [subscribed, setSubscribed] = useState<readonly CustomerEventKind[]>(contact?.subscribedTo ?? ["SERVICE_PROVISIONED", "SERVICE_DELETED"]);
  const [sure, setSure] = useState(false);
  const problems = [...keep.problems, ...drop.problems];
  const options = contact ? { ifVersion: contact.version } : undefined;

  async function submit(event: FormEvent<HTMLFormElement>) {
    event.preventDefault();
    const form = new FormData(event.currentTarget);
    const given = {
      name: String(form.get("name")), email: String(form.get("email")), phone: String(form.get("phone")) || null, type,
      subscribedTo: type === "ADMIN" ? [...subscribed] : [],
      // a change empties what is left out, so what this form does not show goes along
      userId: contact?.user?.id, address: contact?.address && written(contact.address),
    };
    if (await keep.run({ input: { tenantId: tenant, contactId: contact?.id, contact: given }, options })) leave();
  }

  async function remove() {
    if (!sure) return setSure(true);
    if (contact && (await drop.run({ input: { contactId: contact.id }, options }))) leave();
  }

  function leave() {
    again();
    onClose();
  }
  return (
    <Modal opened onClose={onClose} title={t(contact ? "customer.contacts.change" : "customer.contacts.add")} closeButtonProps={{ "aria-label": t("customer.close") }}>
      <form onSubmit={submit}>
        <Stack gap="sm">
          <TextInput name="name" label={t("customer.contacts.name")} defaultValue={contact?.name} error={problemAt(problems, "name")} required withAsterisk={false} data-autofocus />
          <TextInput name="email" type="email" label={t("customer.contacts.email")} defaultValue={contact?.email} error={problemAt(problems, "email")} required withAsterisk={false} />
          <TextInput name="phone" type="tel" label={t("customer.contacts.phone")} defaultValue={contact?.phone ?? ""} error={problemAt(problems, "phone")} />
          <NativeSelect label={t("customer.contacts.type")} value={type} error={problemAt(problems, "type")}
            onChange={({ currentTarget }) => setType(currentTarget.value as ContactType)}
            data={CONTACT_TYPES.map((value) => ({ value, label: t(`customer.contactType.${value}`) }))} />
          {type === "ADMIN" && (
            <Checkbox.Group label={t("customer.contacts.subscribed")} value={[...subscribed]} error={problemAt(problems, "subscribedTo")}
              onChange={(chosen) => setSubscribed(chosen as CustomerEventKind[])}>
              <Stack gap={6} pt={6}>
                {EVENTS.map((event) => <Checkbox key={event} size="xs" value={event} label={t(`customer.event.${event}`)} />)}
              </Stack>
            </Checkbox.Group>
          )}
          <Refusal problems={problemsBeside(problems, ...FIELDS.map((field) => [field]))} onLoadAnew={leave} />
          <Group justify="space-between" gap="sm">
            {contact ? (
              <Button variant="subtle" color="red" size="xs" loading={drop.busy} onClick={remove}>
                {t(sure ? "customer.contacts.removeSure" : "customer.contacts.remove")}
              </Button>
            ) : <span />}
            <Group gap="sm">
              <Button variant="default" size="xs" onClick={onClose}>{t("customer.cancel")}</Button>
              <Button type="submit" size="xs" loading={keep.busy}>{t("customer.save")}</Button>
            </Group>
          </Group>
        </Stack>
      </form>
    </Modal>
  );
}

/** An address as the API takes it: without the name of its type. */
function written({ line1, line2, city, stateOrProvince, postalCode, country }: NonNullable<Contact["address"]>) {
  return { line1, line2, city, stateOrProvince, postalCode, country };
}
