// Accepting an invitation: a name, a password, and in.
import { Alert, Button, Group, PasswordInput, Stack, Text, TextInput, Title } from "@mantine/core";
import type { FormEvent } from "react";
import { useTranslation } from "react-i18next";
import { useMutation } from "urql";
import { useLocation } from "wouter";

import { failureOf } from "../answer/failure";
import { useFormats } from "../answer/formats";
import { fieldErrors } from "../answer/userErrors";
import { graphql } from "../gql";
import type { OfferFragment } from "../gql/graphql";
import { useStanding } from "../shell/who";
import { COME_IN } from "./passwords.graphql";

const ACCEPT = graphql(`
  mutation Accept($input: AcceptInvitationInput!) {
    acceptInvitation(input: $input) {
      auditEntryId
      userErrors {
        code
        message
        path
      }
    }
  }
`);

const FIELDS = ["organizationName", "firstName", "lastName", "password"];

export function AcceptForm({ token, offer }: { token: string; offer: OfferFragment }) {
  const { t } = useTranslation();
  const { moment } = useFormats();
  const { who, restart } = useStanding();
  const [, go] = useLocation();
  const [accepting, accept] = useMutation(ACCEPT);
  const [comingIn, comeIn] = useMutation(COME_IN);
  const wrong = fieldErrors(accepting.data?.acceptInvitation.userErrors, FIELDS);
  const problem = wrong.rest ?? failureOf(accepting.error ?? comingIn.error, t);
  const isCustomer = offer.purpose === "CUSTOMER";

  async function submit(event: FormEvent<HTMLFormElement>) {
    event.preventDefault();
    const form = new FormData(event.currentTarget);
    const text = (name: string) => String(form.get(name) ?? "");
    const [password, firstName, lastName] = [text("password"), text("firstName"), text("lastName")];
    const organizationName = isCustomer ? text("organizationName") : undefined;
    const { data } = await accept({ input: { token, password, firstName, lastName, organizationName } });
    if (!data || data.acceptInvitation.userErrors.length > 0) return;
    const entered = await comeIn({ input: { email: offer.email, password } });
    go("/", { replace: true });
    restart(entered.data?.signIn.viewer ? "signedIn" : "signedOut");
  }

  const [inviter, company, organization] = [offer.inviter ?? "", offer.company ?? "", offer.organizationName ?? ""];
  const said = isCustomer
    ? t("people.accept.customer", { inviter, company, organization })
    : t("people.accept.person", { inviter, company, role: t(`customer.role.${offer.role}`) });
  return (
    <form onSubmit={submit} aria-label={t("people.accept.title")}>
      <Stack gap="md">
        <Title order={1}>{t("people.accept.title")}</Title>
        <Text size="sm">{said}</Text>
        {who?.user && <Alert variant="light">{t("people.accept.signedInAs", { email: who.user.email, invited: offer.email })}</Alert>}
        <TextInput name="email" type="email" label={t("people.accept.signsInWith")} value={offer.email} readOnly variant="filled" autoComplete="username" />
        {isCustomer && (
          <TextInput name="organizationName" label={t("people.accept.organizationName")} defaultValue={organization} required withAsterisk={false}
            maxLength={200} autoComplete="organization" error={wrong.at("organizationName")} />
        )}
        <Group grow align="flex-start" gap="sm">
          <TextInput name="firstName" label={t("people.accept.firstName")} defaultValue={offer.firstName ?? ""} required withAsterisk={false}
            maxLength={100} autoComplete="given-name" error={wrong.at("firstName")} />
          <TextInput name="lastName" label={t("people.accept.lastName")} defaultValue={offer.lastName ?? ""} required withAsterisk={false}
            maxLength={100} autoComplete="family-name" error={wrong.at("lastName")} />
        </Group>
        <PasswordInput name="password" label={t("people.accept.password")} description={t("people.accept.passwordHint")} required withAsterisk={false}
          autoComplete="new-password" visibilityToggleButtonProps={{ "aria-label": t("people.accept.show") }} error={wrong.at("password")} />
        {problem && (
          <Alert role="alert" color="red" variant="light">
            {problem}
          </Alert>
        )}
        <Button type="submit" loading={accepting.fetching || comingIn.fetching} fullWidth>
          {t("people.accept.submit")}
        </Button>
        <Text size="xs" c="dimmed">
          {t("people.accept.until", { until: moment(offer.expiresAt) })}
        </Text>
      </Stack>
    </form>
  );
}
