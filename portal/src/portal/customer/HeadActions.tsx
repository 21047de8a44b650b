// What the viewer may do with a customer as a whole: look after who sees it, and enter its portal.
import { Button, Group } from "@mantine/core";
import { lazy, Suspense, useState } from "react";
import { useTranslation } from "react-i18next";

import { Icon } from "../answer/Icon";
import { EnterTenant } from "../shell/EnterTenant";
import type { PageCustomer } from "./CustomerPage";

const ManageUsers = lazy(() => import("../people/ManageUsers").then((part) => ({ default: part.ManageUsers })));

export function HeadActions({ customer }: { customer: PageCustomer }) {
  const { t } = useTranslation();
  const [managing, setManaging] = useState(false);
  const may = (name: string) => customer.viewerActions.some(({ action, allowed }) => action === name && allowed);
  return (
    <Group gap="xs">
      {may("manageUsers") && (
        <Button variant="default" size="xs" leftSection={<Icon name="people" size={14} />} onClick={() => setManaging(true)}>
          {t("customer.head.users")}
        </Button>
      )}
      {may("view") && customer.tenant && (
        <EnterTenant tenant={{ id: customer.tenant.id, name: customer.name }} label={t("customer.head.enter", { name: customer.name })} text={t("customer.head.enterShort")} />
      )}
      {managing && (
        <Suspense>
          <ManageUsers customer={customer} onClose={() => setManaging(false)} />
        </Suspense>
      )}
    </Group>
  );
}
