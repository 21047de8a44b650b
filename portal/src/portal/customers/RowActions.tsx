// What one can do with a customer, at the end of its line: only what viewerActions allow is at hand, the rest says why not.
import { ActionIcon, Group, Menu } from "@mantine/core";
import { lazy, Suspense, useState } from "react";
import { useTranslation } from "react-i18next";
import { useMutation } from "urql";
import { Link } from "wouter";

import { Icon } from "../answer/Icon";
import { RefusedItem } from "../answer/RefusedItem";
import { addressOf } from "../customer/addresses";
import { withForm } from "../customer/useForm";
import { useReason } from "../customer/useReason";
import type { CustomerRowFragment, WithheldReason } from "../gql/graphql";
import { EnterTenant } from "../shell/EnterTenant";
import { PORTAL } from "../shell/portal";
import { useExport } from "./exporting";
import { PIN, UNPIN } from "./page.graphql";
import type { Row } from "./rows";

const ManageUsers = lazy(() => import("../people/ManageUsers").then((panel) => ({ default: panel.ManageUsers })));

/** What the menu offers, and the part of the customer's page where it is done; undefined for what is done at once. */
const OFFERED = { addServices: "services", createContract: "contracts", inviteUser: "users", edit: "dashboard", export: undefined } as const;
type Offer = CustomerRowFragment["viewerActions"][number] & { action: keyof typeof OFFERED };

export function RowActions({ row: { customer, tenantId, name }, onPinned }: { row: Row; onPinned: () => void }) {
  const { t } = useTranslation();
  const [managing, setManaging] = useState(false);
  if (!customer) return null;
  const may = new Map(customer.viewerActions.map(({ action, allowed }) => [action, allowed]));
  return (
    <Group gap={2} wrap="nowrap" justify="flex-end">
      <Pin customer={customer} onPinned={onPinned} />
      {may.get("manageUsers") && (
        <ActionIcon variant="subtle" color="gray" aria-label={t("customers.actions.manageUsers", { name })} title={t("customers.actions.manageUsersShort")} onClick={() => setManaging(true)}>
          <Icon name="people" />
        </ActionIcon>
      )}
      <ActionIcon component={Link} href={`/customers/${customer.id}`} variant="subtle" color="gray" aria-label={t("customers.actions.details", { name })} title={t("customers.actions.detailsShort")}>
        <Icon name="gear" />
      </ActionIcon>
      <More customer={customer} />
      {may.get("view") && tenantId && <EnterTenant tenant={{ id: tenantId, name }} label={t("customers.actions.view", { name })} />}
      {managing && (
        <Suspense>
          <ManageUsers customer={{ id: customer.id, name }} onClose={() => setManaging(false)} />
        </Suspense>
      )}
    </Group>
  );
}

function Pin({ customer: { id, name, isPinned }, onPinned }: { customer: CustomerRowFragment; onPinned: () => void }) {
  const { t } = useTranslation();
  const [pinned, setPinned] = useState(isPinned);
  const [{ fetching }, pin] = useMutation(PIN);
  const [{ fetching: leaving }, unpin] = useMutation(UNPIN);

  async function turn() {
    setPinned(!pinned);
    const { data, error } = await (pinned ? unpin : pin)({ id });
    const outcome = data && ("pinCustomer" in data ? data.pinCustomer : data.unpinCustomer);
    if (error || outcome?.userErrors.length) setPinned(pinned);
    else onPinned();
  }

  return (
    <ActionIcon variant="subtle" color={pinned ? "yellow.8" : "gray"} aria-pressed={pinned} aria-label={t("customers.actions.pin", { name })} title={t(pinned ? "customers.actions.unpinShort" : "customers.actions.pinShort")} disabled={fetching || leaving} onClick={() => void turn()}>
      <Icon name="star" filled={pinned} />
    </ActionIcon>
  );
}

function More({ customer }: { customer: CustomerRowFragment }) {
  const { t, i18n } = useTranslation();
  const list = new Intl.ListFormat(i18n.language, { type: "unit" });
  const say = useReason();
  const { start } = useExport();
  const { id, name, viewerActions } = customer;
  const offers = viewerActions.filter(({ action }) => action in OFFERED);
  const allowed = offers.filter((offer) => offer.allowed);
  const refused = Object.entries(Object.groupBy(offers.filter((offer) => !offer.allowed) as Offer[], ({ reason }) => reason ?? "ROLE"));

  return (
    <Menu position="bottom-end" width={260} portalProps={PORTAL} withInitialFocusPlaceholder={false}>
      <Menu.Target>
        <ActionIcon variant="subtle" color="gray" aria-label={t("customers.actions.more", { name })}>
          <Icon name="more" />
        </ActionIcon>
      </Menu.Target>
      <Menu.Dropdown>
        {(allowed as Offer[]).map(({ action }) => {
          const part = OFFERED[action];
          const label = t(`customers.actions.${action}`);
          return part ? (
            <Menu.Item key={action} component={Link} href={withForm(addressOf(id, part))}>
              {label}
            </Menu.Item>
          ) : (
            <Menu.Item key={action} onClick={() => start({ kind: "CUSTOMER_LIST", format: "CSV", customerId: id })}>
              {label}
            </Menu.Item>
          );
        })}
        {allowed.length > 0 && refused.length > 0 && <Menu.Divider />}
        {refused.map(([reason, offers]) => (
          <RefusedItem key={reason} why={say.refused(reason as WithheldReason)}>
            {list.format(offers.map(({ action }) => t(`customers.actions.${action}`)))}
          </RefusedItem>
        ))}
      </Menu.Dropdown>
    </Menu>
  );
}
