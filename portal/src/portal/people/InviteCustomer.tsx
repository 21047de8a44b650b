// The form that invites a customer beneath the tenant in which the viewer stands.
import { Select, Text, TextInput } from "@mantine/core";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { useMutation } from "urql";

import { failureOf } from "../answer/failure";
import { fieldErrors } from "../answer/userErrors";
import type { CustomerAccountType } from "../gql/graphql";
import { INVITE_CUSTOMER } from "./invitations.graphql";
import { InvitationForm } from "./InvitationForm";

const TYPES = [
  "LOCAL_ACCOUNT",
  "MICROSOFT_365_GLOBAL_ADMIN",
  "MICROSOFT_365_US_GOV_GLOBAL_ADMIN",
  "GOOGLE_SUPER_ADMIN",
  "SALESFORCE_SYSTEM_ADMIN",
  "AUTHORIZATION_LINK",
] as const satisfies CustomerAccountType[];

type Props = { place: { id: string; name: string }; onDone?: () => void };

export function InviteCustomer({ place, onDone }: Props) {
  const { t } = useTranslation();
  const [accountType, setAccountType] = useState<CustomerAccountType>("LOCAL_ACCOUNT");
  const [{ data, error, fetching }, invite] = useMutation(INVITE_CUSTOMER);
  const wrong = fieldErrors(data?.inviteCustomer.userErrors, ["email", "organizationName", "domain", "accountType"]);

  async function send(field: (name: string) => string | undefined) {
    const email = field("email") ?? "";
    const answer = await invite({ input: { accountType, email, organizationName: field("organizationName"), domain: field("domain") } });
    const invitation = answer.data?.inviteCustomer.invitation;
    if (invitation) onDone?.();
    return invitation ?? undefined;
  }

  return (
    <InvitationForm label={t("people.invite.customer")} problem={wrong.rest ?? failureOf(error, t)} busy={fetching} send={send}>
      <Text size="sm" c="dimmed">
        {t("people.invite.beneath", { place: place.name })}
      </Text>
      <TextInput name="organizationName" label={t("people.invite.organizationName")} maxLength={200} data-autofocus error={wrong.at("organizationName")} />
      <TextInput name="email" type="email" label={t("people.invite.email")} required withAsterisk={false} error={wrong.at("email")} />
      <TextInput name="domain" label={t("people.invite.domain")} description={t("people.invite.domainHint")} error={wrong.at("domain")} />
      <Select
        label={t("people.invite.accountType")}
        allowDeselect={false}
        data={TYPES.map((value) => ({ value, label: t(`people.accountTypes.${value}`) }))}
        value={accountType}
        onChange={(value) => setAccountType(value as CustomerAccountType)}
        error={wrong.at("accountType")}
      />
    </InvitationForm>
  );
}
