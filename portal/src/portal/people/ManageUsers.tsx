// Who may see and enter a customer: the people linked to it, their roles.
import { Divider, Drawer, Skeleton, Stack, Text, Title } from "@mantine/core";
import { useState } from "react";
import { useTranslation } from "react-i18next";

import type { LinkFragment } from "../gql/graphql";
import { Failure } from "../shell/Failure";
import { useCustomerEvents } from "../shell/live";
import { LinkForm } from "./LinkForm";
import { Linked, Unlinked } from "./Linked";
import { useLinks } from "./links";

/** Mounted while it is open. */
type Props = { customer: { id: string; name: string }; onClose: () => void };

export function ManageUsers({ customer, onClose }: Props) {
  const { t } = useTranslation();
  return (
    <Drawer
      opened
      onClose={onClose}
      position="right"
      size="lg"
      title={
        <Title order={2} className="cut" title={customer.name}>
          {t("people.manage.title", { customer: customer.name })}
        </Title>
      }
      closeButtonProps={{ "aria-label": t("people.close") }}
      styles={{ title: { minWidth: 0 } }}
    >
      <Panel customerId={customer.id} />
    </Drawer>
  );
}

function Panel({ customerId }: { customerId: string }) {
  const { t } = useTranslation();
  const { links, error, again } = useLinks(customerId);
  const [unlinked, setUnlinked] = useState<LinkFragment[]>([]);
  useCustomerEvents(() => void again(), [customerId]);

  if (error) return <Failure error={error} onRetry={() => void again()} />;
  if (!links) return <Waiting />;
  if (!links.linked) return <Text size="sm">{t("people.manage.refused")}</Text>;

  const gone = unlinked.filter((link) => !links.linked?.some(({ user }) => user?.id === link.user?.id));
  const shown = [...links.linked.map((link) => ({ link, linked: true })), ...gone.map((link) => ({ link, linked: false }))];
  shown.sort((one, other) => (one.link.user?.displayName ?? "").localeCompare(other.link.user?.displayName ?? ""));
  return (
    <Stack gap="md">
      <Text size="sm" c="dimmed">
        {t("people.manage.intro")}
      </Text>
      <LinkForm customerId={customerId} people={links.linkable} onLinked={again} />
      <Divider />
      <Title order={3} id="linked-people">
        {t("people.manage.linked")}
      </Title>
      {shown.length === 0 && (
        <Text size="sm" c="dimmed">
          {t("people.manage.none")}
        </Text>
      )}
      <Stack component="ul" aria-labelledby="linked-people" gap={0} m={0} p={0} style={{ listStyle: "none" }}>
        {shown.map(({ link, linked }) =>
          linked ? (
            <Linked key={link.id} link={link} onChanged={again} onUnlinked={() => setUnlinked([...unlinked, link])} />
          ) : (
            <Unlinked key={link.id} customerId={customerId} link={link} onRelinked={again} />
          ),
        )}
      </Stack>
    </Stack>
  );
}

function Waiting() {
  const { t } = useTranslation();
  return (
    <Stack role="status" aria-label={t("shell.loading")}>
      <Skeleton h={36} />
      <Skeleton h={58} />
      <Skeleton h={58} />
      <Skeleton h={58} />
    </Stack>
  );
}
