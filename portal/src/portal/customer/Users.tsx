// A customer's own people: what each is there, when they were last active, and inviting one.
import { Button, Modal, Stack, Table, Text } from "@mantine/core";
import { lazy, Suspense } from "react";
import { useTranslation } from "react-i18next";

import { useFormats } from "../answer/formats";
import { Icon } from "../answer/Icon";
import type { TenantKind } from "../gql/graphql";
import { Loading } from "../shell/Loading";
import { Locked, Whole } from "./Panel";
import { Rows } from "./Rows";
import { useAnswer } from "./useAnswer";
import { useForm } from "./useForm";
import { CUSTOMER_USERS } from "./users.graphql";

const InvitePerson = lazy(() => import("../people/InvitePerson").then((part) => ({ default: part.InvitePerson })));

type Place = { id: string; name: string; kind: TenantKind };
type Props = { id: string; tenant: Place; invites: boolean };

export function Users({ id, tenant, invites }: Props) {
  const { t } = useTranslation();
  const [inviting, setInviting] = useForm();
  const reason = useAnswer(CUSTOMER_USERS, { id, tenant: tenant.id }).why("customer.users");
  return (
    <Whole title={t("customer.parts.users")}>
      {reason ? (
        <Locked reason={reason} />
      ) : (
        <Stack gap="sm">
          {invites && (
            <Button size="xs" leftSection={<Icon name="plus" size={14} />} style={{ alignSelf: "flex-end" }} onClick={() => setInviting(true)}>
              {t("customer.users.invite")}
            </Button>
          )}
          <Table verticalSpacing="xs" aria-label={t("customer.parts.users")}>
            <Table.Thead>
              <Table.Tr>
                <Table.Th>{t("customer.users.person")}</Table.Th>
                <Table.Th>{t("customer.users.role")}</Table.Th>
                <Table.Th visibleFrom="sm">{t("customer.figures.lastActivity")}</Table.Th>
              </Table.Tr>
            </Table.Thead>
            <UserRows id={id} tenant={tenant.id} empty={t("customer.users.none")} />
          </Table>
        </Stack>
      )}
      <Modal opened={invites && inviting} onClose={() => setInviting(false)} title={t("customer.users.inviteInto", { name: tenant.name })} closeButtonProps={{ "aria-label": t("customer.close") }}>
        <Suspense fallback={<Loading />}>{inviting && <InvitePerson place={tenant} />}</Suspense>
      </Modal>
    </Whole>
  );
}

function UserRows({ id, tenant, after, empty }: { id: string; tenant: string; after?: string; empty?: string }) {
  const { t } = useTranslation();
  const { moment } = useFormats();
  const reading = useAnswer(CUSTOMER_USERS, { id, tenant, after });
  return (
    <Rows of={reading} from={(data) => data.customer?.users} columns={3} empty={empty}
      row={(user) => (
        <Table.Tr key={user.id}>
          <Table.Td>
            <Text size="sm">{user.displayName}</Text>
            <Text size="xs" c="dimmed" style={{ overflowWrap: "anywhere" }}>{user.email}</Text>
          </Table.Td>
          <Table.Td>
            {user.roleOn && t(`customer.role.${user.roleOn}`)}
            {!user.active && <Text size="xs" c="dimmed">{t("customer.users.inactive")}</Text>}
          </Table.Td>
          <Table.Td visibleFrom="sm">{user.lastActiveAt ? moment(user.lastActiveAt) : t("customer.figures.never")}</Table.Td>
        </Table.Tr>
      )}
      next={(cursor) => <UserRows id={id} tenant={tenant} after={cursor} />} />
  );
}
