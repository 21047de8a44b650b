// The form that invites somebody to join the people of the tenant in which the viewer stands.
import { Group, Text, TextInput } from "@mantine/core";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { useMutation, useQuery } from "urql";

import { failureOf } from "../answer/failure";
import { fieldErrors } from "../answer/userErrors";
import type { Role, TenantKind } from "../gql/graphql";
import { INVITE_USER, ROLES_THERE } from "./invitations.graphql";
import { InvitationForm } from "./InvitationForm";
import { RoleMenu } from "./RoleMenu";

type Props = { place: { id: string; name: string; kind: TenantKind }; onDone?: () => void };

export function InvitePerson({ place, onDone }: Props) {
  const { t, i18n } = useTranslation();
  const [role, setRole] = useState<Role>("READ_ONLY");
  const [{ data: there }] = useQuery({ query: ROLES_THERE, variables: { kind: place.kind } });
  const [{ data, error, fetching }, invite] = useMutation(INVITE_USER);
  const wrong = fieldErrors(data?.inviteUser.userErrors, ["email", "firstName", "lastName", "role"]);

  async function send(field: (name: string) => string | undefined) {
    const [email, firstName, lastName] = [field("email") ?? "", field("firstName") ?? "", field("lastName") ?? ""];
    const answer = await invite({ input: { tenantId: place.id, email, firstName, lastName, role, language: i18n.language } });
    const invitation = answer.data?.inviteUser.invitation;
    if (invitation) onDone?.();
    return invitation ?? undefined;
  }

  return (
    <InvitationForm label={t("people.invite.person")} problem={wrong.rest ?? failureOf(error, t)} busy={fetching} send={send}>
      <Text size="sm" c="dimmed">
        {t("people.invite.joins", { place: place.name })}
      </Text>
      <Group grow align="flex-start" gap="sm">
        <TextInput name="firstName" label={t("people.invite.firstName")} required withAsterisk={false} maxLength={100} error={wrong.at("firstName")} />
        <TextInput name="lastName" label={t("people.invite.lastName")} required withAsterisk={false} maxLength={100} error={wrong.at("lastName")} />
      </Group>
      <TextInput name="email" type="email" label={t("people.invite.email")} required withAsterisk={false} error={wrong.at("email")} />
      <RoleMenu
        label={t("people.invite.role")}
        withLabel
        role={role}
        roles={there?.roleMatrix.map((each) => each.role) ?? [role]}
        onChange={setRole}
        error={wrong.at("role")}
      />
    </InvitationForm>
  );
}
