// Drawing up a contract: it is a draft until it is offered to the customer.
import { Button, Checkbox, Group, Modal, Stack, TextInput } from "@mantine/core";
import { useState, type FormEvent } from "react";
import { useTranslation } from "react-i18next";

import { CREATE_CONTRACT } from "./contracts.graphql";
import { Refusal } from "./Refusal";
import { problemAt, problemsBeside, useChange } from "./useChange";

const FIELDS = ["title", "startsOn", "endsOn", "currency", "value", "autoRenew", "documentUrl"];

/** `currency` is the one in which the customer is billed; undefined where the viewer was not told it. */
type Props = { customer: string; currency: string | undefined; onClose: () => void; onDone: (contract: string) => void };

export function ContractForm({ customer, currency, onClose, onDone }: Props) {
  const { t } = useTranslation();
  const { run, busy, problems, forget } = useChange(CREATE_CONTRACT, (data) => data.createContract);
  const [endsOn, setEndsOn] = useState("");
  const at = (field: string) => problemAt(problems, field);

  async function submit(event: FormEvent<HTMLFormElement>) {
    event.preventDefault();
    const form = new FormData(event.currentTarget);
    const given = (name: string) => String(form.get(name) ?? "").trim() || undefined;
    const input = {
      customerId: customer, title: given("title") ?? "", startsOn: given("startsOn") ?? "", endsOn: given("endsOn"), value: given("value"),
      currency: currency ?? given("currency")?.toUpperCase() ?? "", autoRenew: form.has("autoRenew"), documentUrl: given("documentUrl"),
    };
    const done = await run({ input, options: { idempotencyKey: crypto.randomUUID() } });
    if (done?.contract) onDone(done.contract.id);
  }

  return (
    <Modal opened onClose={onClose} title={t("customer.contracts.add")} closeButtonProps={{ "aria-label": t("customer.close") }}>
      <form onSubmit={submit}>
        <Stack gap="sm">
          <TextInput name="title" label={t("customer.contracts.about")} error={at("title")} required withAsterisk={false} maxLength={200} data-autofocus />
          <Group grow align="flex-start" gap="sm">
            <TextInput name="startsOn" type="date" label={t("customer.contracts.startsOn")} error={at("startsOn")} required withAsterisk={false} />
            <TextInput name="endsOn" type="date" label={t("customer.contracts.endsOn")} error={at("endsOn")} value={endsOn} onChange={({ currentTarget }) => setEndsOn(currentTarget.value)} />
          </Group>
          <Checkbox name="autoRenew" size="xs" label={t("customer.contracts.renew")} error={at("autoRenew")} disabled={!endsOn} />
          {!currency && <TextInput name="currency" label={t("customer.contracts.currency")} error={at("currency")} required withAsterisk={false} maxLength={3} />}
          <TextInput name="value" inputMode="decimal" label={currency ? t("customer.contracts.worth", { currency }) : t("customer.contracts.value")} error={at("value")} />
          <TextInput name="documentUrl" type="url" label={t("customer.contracts.documentUrl")} placeholder="https://" error={at("documentUrl")} />
          <Refusal problems={problemsBeside(problems, ...FIELDS.map((field) => [field]))} onLoadAnew={forget} />
          <Group justify="flex-end" gap="sm">
            <Button variant="default" size="xs" onClick={onClose}>{t("customer.cancel")}</Button>
            <Button type="submit" size="xs" loading={busy}>{t("customer.contracts.add")}</Button>
          </Group>
        </Stack>
      </form>
    </Modal>
  );
}
