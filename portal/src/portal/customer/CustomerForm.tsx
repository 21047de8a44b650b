// Changing a customer's details. What was once given can be changed and not emptied.
import { Button, Fieldset, Group, Modal, Stack, TextInput, Textarea } from "@mantine/core";
import type { FormEvent } from "react";
import { useTranslation } from "react-i18next";

import { useStanding } from "../shell/who";
import type { PageCustomer } from "./CustomerPage";
import { UPDATE_CUSTOMER } from "./page.graphql";
import { Refusal } from "./Refusal";
import { problemAt, problemsBeside, useChange } from "./useChange";

const DETAILS = ["companyName", "website", "phone", "country"] as const;
const ADDRESS = ["line1", "line2", "postalCode", "city", "stateOrProvince"] as const;
const SHOWN = [...[...DETAILS, "description"].map((field) => [field]), ...ADDRESS.map((field) => ["address", field]), ["address", "country"]];

type Props = { customer: PageCustomer; again: () => void; onClose: () => void };

export function CustomerForm({ customer, again, onClose }: Props) {
  const { t } = useTranslation();
  const { who } = useStanding();
  const { run, busy, problems } = useChange(UPDATE_CUSTOMER, (data) => data.updateCustomer);
  const known = { ...customer, companyName: customer.name };
  const { address } = customer;
  // a company keeps no notes about itself
  const own = customer.tenant?.id === who?.currentTenant?.id;

  async function submit(event: FormEvent<HTMLFormElement>) {
    event.preventDefault();
    const form = new FormData(event.currentTarget);
    const given = (name: string) => String(form.get(name) ?? "").trim() || undefined;
    const changed = (name: string, before: string | null | undefined) => (given(name) === (before ?? undefined) ? undefined : given(name));
    const details = Object.fromEntries(DETAILS.map((name) => [name, changed(name, known[name])]));
    const place = Object.fromEntries(ADDRESS.map((name) => [name, given(name)]));
    const moved = ADDRESS.some((name) => place[name] !== (address?.[name] ?? undefined));
    const country = details.country ?? customer.country ?? undefined;
    const input = {
      ...details,
      customerId: customer.id,
      address: moved ? { ...place, line1: place.line1 ?? "", country: address?.country ?? country } : undefined,
      description: own ? undefined : changed("description", customer.description),
    };
    if (await run({ input, options: { ifVersion: customer.version } })) leave();
  }

  function leave() {
    again();
    onClose();
  }

  const at = (...steps: string[]) => problemAt(problems, ...steps);
  const kept = (value: string | null | undefined) => ({ defaultValue: value ?? "", required: Boolean(value), withAsterisk: false });
  return (
    <Modal opened onClose={onClose} size="lg" title={t("customer.details.edit")} closeButtonProps={{ "aria-label": t("customer.close") }}>
      <form onSubmit={submit}>
        <Stack gap="sm">
          <TextInput name="companyName" label={t("customer.details.companyName")} error={at("companyName")} maxLength={200} {...kept(customer.name)} data-autofocus />
          <Group grow align="flex-start" gap="sm">
            <TextInput name="website" type="url" label={t("customer.details.website")} error={at("website")} placeholder="https://" {...kept(customer.website)} />
            <TextInput name="phone" type="tel" label={t("customer.details.phone")} error={at("phone")} {...kept(customer.phone)} />
          </Group>
          <TextInput name="country" label={t("customer.details.country")} description={t("customer.details.countryHint")} error={at("country")} pattern="[A-Z]{2}" maxLength={2} maw={200} {...kept(customer.country)} />
          <Fieldset legend={t("customer.details.address")} p="sm">
            <Stack gap="sm">
              <TextInput name="line1" label={t("customer.details.line1")} error={at("address", "line1")} {...kept(address?.line1)} />
              <TextInput name="line2" label={t("customer.details.line2")} error={at("address", "line2")} defaultValue={address?.line2 ?? ""} />
              <Group grow align="flex-start" gap="sm">
                <TextInput name="postalCode" label={t("customer.details.postalCode")} error={at("address", "postalCode")} defaultValue={address?.postalCode ?? ""} />
                <TextInput name="city" label={t("customer.details.city")} error={at("address", "city")} defaultValue={address?.city ?? ""} />
                <TextInput name="stateOrProvince" label={t("customer.details.stateOrProvince")} error={at("address", "stateOrProvince")} defaultValue={address?.stateOrProvince ?? ""} />
              </Group>
            </Stack>
          </Fieldset>
          {!own && (
            <Textarea name="description" label={t("customer.details.description")} description={t("customer.details.internal")} error={at("description")}
              autosize minRows={2} maxRows={6} {...kept(customer.description)} />
          )}
          <Refusal problems={problemsBeside(problems, ...SHOWN)} onLoadAnew={leave} />
          <Group justify="flex-end" gap="sm">
            <Button variant="default" size="xs" onClick={onClose}>{t("customer.cancel")}</Button>
            <Button type="submit" size="xs" loading={busy}>{t("customer.save")}</Button>
          </Group>
        </Stack>
      </form>
    </Modal>
  );
}
