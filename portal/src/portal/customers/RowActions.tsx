// What one can do with a customer, at the end of its line: only what viewerActions allow is at hand, the rest says why not.
import { ActionIcon, Group, Menu, Text } from "@mantine/core";
import { lazy, Suspense, useState } from "react";
import { useTranslation } from "react-i18next";
import { useMutation } from "urql";
import { Link } from "wouter";

import { Icon } from "../answer/Icon";
import type { CustomerRowFragment } from "../gql/graphql";
import { EnterTenant } from "../shell/EnterTenant";
import { useStanding } from "../shell/who";
import { useExport } from "./exporting";
import { PIN, UNPIN } from "./page.graphql";
import type { Row } from "./rows";

const ManageUsers = lazy(() => import("../people/ManageUsers").then((panel) => ({ default: panel.ManageUsers })));

/** Where the page of the customer does what the menu offers. */
const PAGES = { edit: "", addServices: "/services", createContract: "/contracts", inviteUser: "/users" } as const;
const OFFERED = ["addServices", "createContract", "inviteUser", "edit"] as const;

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
  const { t } = useTranslation();
  const { who } = useStanding();
  const { start } = useExport();
  const { id, name, viewerActions } = customer;
  const offers = new Map(viewerActions.map((offer) => [offer.action, offer]));
  const place = who?.currentTenant?.name ?? t("answer.withheld.yourCompany");
  const whyNot = (action: string) => {
    const reason = offers.get(action)?.reason;
    return reason && t(`answer.withheld.${reason}`, { place });
  };
  const refused = (action: "export" | (typeof OFFERED)[number]) => (
    <Menu.Item key={action} aria-disabled data-disabled closeMenuOnClick={false}>
      {t(`customers.actions.${action}`)}
      <Text size="xs" c="dimmed">
        {whyNot(action)}
      </Text>
    </Menu.Item>
  );

  return (
    <Menu position="bottom-end" width={240} withinPortal>
      <Menu.Target>
        <ActionIcon variant="subtle" color="gray" aria-label={t("customers.actions.more", { name })}>
          <Icon name="more" />
        </ActionIcon>
      </Menu.Target>
      <Menu.Dropdown>
        {OFFERED.filter((action) => offers.has(action)).map((action) =>
          offers.get(action)?.allowed ? (
            <Menu.Item key={action} component={Link} href={`/customers/${id}${PAGES[action]}`}>
              {t(`customers.actions.${action}`)}
            </Menu.Item>
          ) : (
            refused(action)
          ),
        )}
        {offers.get("export")?.allowed ? (
          <Menu.Item onClick={() => start({ kind: "CUSTOMER_LIST", format: "CSV", customerId: id })}>{t("customers.actions.export")}</Menu.Item>
        ) : (
          refused("export")
        )}
      </Menu.Dropdown>
    </Menu>
  );
}
