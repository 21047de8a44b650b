// One linked person: their role in a menu, and the X that unlinks them, which can be undone.
import { ActionIcon, Button, Group, Text } from "@mantine/core";
import { useTranslation } from "react-i18next";
import { useMutation } from "urql";

import { useFormats } from "../answer/formats";
import { Icon } from "../answer/Icon";
import { failureOf } from "../answer/failure";
import { fieldErrors } from "../answer/userErrors";
import type { LinkFragment, Role } from "../gql/graphql";
import { useStanding } from "../shell/who";
import classes from "./Linked.module.css";
import { CHANGE_ROLE, LINK_USER, UNLINK_USER } from "./manage.graphql";
import { RoleMenu } from "./RoleMenu";

type LinkedProps = { link: LinkFragment; onChanged: () => Promise<void>; onUnlinked: () => void };

export function Linked({ link, onChanged, onUnlinked }: LinkedProps) {
  const { t } = useTranslation();
  const { day } = useFormats();
  const { who } = useStanding();
  const [changing, change] = useMutation(CHANGE_ROLE);
  const [unlinking, unlink] = useMutation(UNLINK_USER);
  const oneself = link.user?.id === who?.user?.id;
  const name = link.user?.displayName ?? "";
  const errors = [...(changing.data?.changeLinkedRole.userErrors ?? []), ...(unlinking.data?.unlinkUser.userErrors ?? [])];
  const problem = fieldErrors(errors).rest ?? failureOf(changing.error ?? unlinking.error, t);

  async function become(role: Role) {
    const { data } = await change({ input: { grantId: link.id, role }, options: { ifVersion: link.version } });
    if (data?.changeLinkedRole.grant || data?.changeLinkedRole.userErrors[0]?.code === "VERSION_CONFLICT") await onChanged();
  }

  async function leave() {
    const { data } = await unlink({ input: { grantId: link.id } });
    if (!data?.unlinkUser.customer) return;
    onUnlinked();
    await onChanged();
  }

  return (
    <li className={classes.row}>
      <Group wrap="nowrap" gap="sm">
        <Who link={link}>
          {oneself ? t("people.manage.you") : t("people.manage.since", { day: day(link.grantedAt) })}
          {link.expiresAt && `, ${t("people.manage.until", { day: day(link.expiresAt) })}`}
        </Who>
        <RoleMenu label={t("people.manage.roleOf", { name })} role={link.role} onChange={(role) => void become(role)} disabled={changing.fetching || oneself} />
        <ActionIcon variant="subtle" color="gray" loading={unlinking.fetching} aria-label={t("people.manage.unlink", { name })} title={t("people.manage.unlink", { name })} onClick={() => void leave()}>
          <Icon name="close" />
        </ActionIcon>
      </Group>
      {problem && (
        <Text size="sm" c="var(--mantine-color-error)" role="alert">
          {problem}
        </Text>
      )}
    </li>
  );
}

type UnlinkedProps = { customerId: string; link: LinkFragment; onRelinked: () => Promise<void> };

/** Where somebody was linked a moment ago. */
export function Unlinked({ customerId, link, onRelinked }: UnlinkedProps) {
  const { t } = useTranslation();
  const [{ data, error, fetching }, relink] = useMutation(LINK_USER);
  const name = link.user?.displayName ?? "";
  const problem = fieldErrors(data?.linkUser.userErrors).rest ?? failureOf(error, t);

  async function undo() {
    const input = { customerId, userId: link.user?.id ?? "", role: link.role, expiresAt: link.expiresAt };
    const answer = await relink({ input });
    if (answer.data?.linkUser.grant) await onRelinked();
  }

  return (
    <li className={classes.row}>
      <Group wrap="nowrap" gap="sm">
        <Text size="sm" c="dimmed" flex={1} role="status">
          {t("people.manage.unlinked", { name })}
        </Text>
        <Button size="compact-sm" variant="default" loading={fetching} onClick={() => void undo()}>
          {t("people.manage.undo")}
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

function Who({ link, children }: { link: LinkFragment; children: React.ReactNode }) {
  return (
    <div className={classes.who}>
      <Text size="sm" fw={550} className="cut" title={link.user?.displayName}>
        {link.user?.displayName}
      </Text>
      <Text size="xs" c="dimmed" className="cut" title={link.user?.email}>
        {link.user?.email}
      </Text>
      <Text size="xs" c="dimmed">
        {children}
      </Text>
    </div>
  );
}
