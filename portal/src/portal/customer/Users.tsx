// A customer's own people: what each is there, and when they were last active.
import { Table, Text } from "@mantine/core";
import { useTranslation } from "react-i18next";

import { useFormats } from "../answer/formats";
import { Locked, Whole } from "./Panel";
import { Rows } from "./Rows";
import { useAnswer } from "./useAnswer";
import { CUSTOMER_USERS } from "./users.graphql";

type Props = { id: string; tenant: string };

export function Users({ id, tenant }: Props) {
  const { t } = useTranslation();
  const reason = useAnswer(CUSTOMER_USERS, { id, tenant }).why("customer.users");
  return (
    <Whole title={t("customer.parts.users")}>
      {reason ? (
        <Locked reason={reason} />
      ) : (
        <Table verticalSpacing="xs" aria-label={t("customer.parts.users")}>
          <Table.Thead>
            <Table.Tr>
              <Table.Th>{t("customer.users.person")}</Table.Th>
              <Table.Th>{t("customer.users.role")}</Table.Th>
              <Table.Th visibleFrom="sm">{t("customer.figures.lastActivity")}</Table.Th>
            </Table.Tr>
          </Table.Thead>
          <UserRows id={id} tenant={tenant} empty={t("customer.users.none")} />
        </Table>
      )}
    </Whole>
  );
}

function UserRows({ id, tenant, after, empty }: Props & { after?: string; empty?: string }) {
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
