// Invitations that wait for an answer: sending them again and taking them back.
import { Button, Group, Stack, Text } from "@mantine/core";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { useMutation, useQuery } from "urql";

import { failureOf } from "../answer/failure";
import { useFormats } from "../answer/formats";
import { fieldErrors } from "../answer/userErrors";
import type { InvitationsQuery } from "../gql/graphql";
import { Failure } from "../shell/Failure";
import { Loading } from "../shell/Loading";
import { INVITATIONS, RESEND, REVOKE } from "./invitations.graphql";
import classes from "./Linked.module.css";

type Invitation = NonNullable<InvitationsQuery["invitations"]>["nodes"][number];

export function Waiting() {
  const { t } = useTranslation();
  const [{ data, error }, read] = useQuery({ query: INVITATIONS, requestPolicy: "network-only" });
  const [said, setSaid] = useState<string>();
  const again = () => read({ requestPolicy: "network-only" });

  if (error) return <Failure error={error} onRetry={again} />;
  if (!data) return <Loading />;
  const found = data.invitations?.nodes ?? [];
  return (
    <Stack gap="xs">
      <Text size="sm" role="status">
        {said ?? (found.length === 0 && t("people.invite.nobodyWaiting"))}
      </Text>
      <Stack component="ul" gap={0} m={0} p={0} style={{ listStyle: "none" }}>
        {found.map((invitation) => (
          <One
            key={invitation.id}
            invitation={invitation}
            onDone={(text) => {
              setSaid(text);
              again();
            }}
          />
        ))}
      </Stack>
    </Stack>
  );
}

function One({ invitation, onDone }: { invitation: Invitation; onDone: (said: string) => void }) {
  const { t } = useTranslation();
  const { moment } = useFormats();
  const [resending, resend] = useMutation(RESEND);
  const [revoking, revoke] = useMutation(REVOKE);
  const { id, email, purpose, organizationName, role, status, expiresAt, tenant } = invitation;
  const errors = [...(resending.data?.resendInvitation.userErrors ?? []), ...(revoking.data?.revokeInvitation.userErrors ?? [])];
  const problem = fieldErrors(errors).rest ?? failureOf(resending.error ?? revoking.error, t);
  const input = { invitationId: id };

  async function sendAgain() {
    const { data } = await resend({ input });
    if (data?.resendInvitation.invitation) onDone(t("people.invite.resent", { email }));
  }

  async function takeBack() {
    const { data } = await revoke({ input });
    if (data?.revokeInvitation.invitation) onDone(t("people.invite.revoked", { email }));
  }

  return (
    <li className={classes.row}>
      <Group gap="sm">
        <div className={classes.who}>
          <Text size="sm" fw={550} className="cut" title={email}>
            {email}
          </Text>
          <Text size="xs" c="dimmed" className="cut">
            {purpose === "CUSTOMER" ? `${t("people.invite.asCustomer")}: ${organizationName}` : `${t(`customer.role.${role}`)}, ${tenant?.name}`}
          </Text>
          <Text size="xs" c="dimmed">
            {status === "PENDING" ? t("people.invite.expires", { until: moment(expiresAt) }) : t("people.invite.expired")}
          </Text>
        </div>
        <Button size="compact-sm" variant="default" loading={resending.fetching} aria-label={t("people.invite.resendTo", { email })} onClick={() => void sendAgain()}>
          {t("people.invite.resend")}
        </Button>
        <Button size="compact-sm" variant="subtle" color="gray" loading={revoking.fetching} aria-label={t("people.invite.revokeOf", { email })} onClick={() => void takeBack()}>
          {t("people.invite.revoke")}
        </Button>
      </Group>
      {problem && (
        <Text size="sm" c="var(--mantine-color-error)" role="alert">
          {problem}
        </Text>
      )}
    </li>
  );
}
