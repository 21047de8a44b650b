// The page of one customer: its head, and the part that the address names.
import { Anchor, Stack, Tabs, Text, Title } from "@mantine/core";
import { useEffect, useMemo } from "react";
import { useTranslation } from "react-i18next";
import { Link, useLocation, useRoute } from "wouter";

import { Icon } from "../answer/Icon";
import type { CustomerPageQuery } from "../gql/graphql";
import { useCustomerEvents } from "../shell/live";
import { Nowhere } from "../shell/Nowhere";
import { useStanding } from "../shell/who";
import { Activity } from "./Activity";
import { addressOf, PARTS, partOf, type Part } from "./addresses";
import { Answered } from "./Answered";
import { Contacts } from "./Contacts";
import { Contracts } from "./Contracts";
import classes from "./CustomerPage.module.css";
import { Dashboard } from "./Dashboard";
import { Head } from "./Head";
import { HeadSkeleton } from "./HeadSkeleton";
import { Invoices } from "./Invoices";
import { CUSTOMER_PAGE } from "./page.graphql";
import { Services } from "./Services";
import { useAnswer, type Reading } from "./useAnswer";
import { Users } from "./Users";

type Shown = { reading: Reading<CustomerPageQuery>; part: Part; item: string | undefined };

/** What the address names. */
type Named = { id: string; part?: string; item?: string };

/** What must be seen for a part to be more than a lock. */
const NEEDS: Partial<Record<Part, string>> = {
  contracts: "customer.contractSummary",
  invoices: "customer.invoiceSummary",
  users: "customer.dashboard.users",
  activity: "customer.dashboard.recentActivity",
};

export function CustomerPage({ id }: { id: string }) {
  const [, params] = useRoute<Named>("/customers/:id/:part?/:item?");
  const part = partOf(params?.part);
  const reading = useAnswer(CUSTOMER_PAGE, { id });
  const { tell } = useStanding();
  const { data, again } = reading;
  const watched = useMemo(() => [id], [id]);
  useCustomerEvents(again, watched);
  useEffect(() => {
    if (data) tell(data.viewer ?? null);
  }, [data, tell]);

  if (!part) return <Nowhere />;
  return (
    <Stack p="md" gap="md" className={classes.page}>
      <Answered of={reading} waiting={<HeadSkeleton />}>
        {({ customer }) => (customer ? <Found customer={customer} reading={reading} part={part} item={params?.item} /> : <Gone />)}
      </Answered>
    </Stack>
  );
}

export type PageCustomer = NonNullable<CustomerPageQuery["customer"]>;

function Found({ customer, reading, part, item }: Shown & { customer: PageCustomer }) {
  const { t } = useTranslation();
  const [, go] = useLocation();
  return (
    <>
      <Head customer={customer} />
      <Tabs value={part} onChange={(to) => to && go(addressOf(customer.id, to as Part))} keepMounted={false}>
        <Tabs.List className={classes.tabs} aria-label={t("customer.parts.label")}>
          {PARTS.map((name) => (
            <Tabs.Tab key={name} value={name} rightSection={NEEDS[name] && reading.why(NEEDS[name]) ? <Icon name="lock" size={12} /> : undefined}>
              {t(`customer.parts.${name}`)}
            </Tabs.Tab>
          ))}
        </Tabs.List>
        <Tabs.Panel value={part} pt="md">
          <PartOf customer={customer} reading={reading} part={part} item={item} />
        </Tabs.Panel>
      </Tabs>
    </>
  );
}

function PartOf({ customer, reading, part, item }: Shown & { customer: PageCustomer }) {
  switch (part) {
    case "dashboard":
      return <Dashboard customer={customer} why={reading.why} again={reading.again} />;
    case "services":
      return <Services id={customer.id} />;
    case "contracts":
      return <Contracts id={customer.id} item={item} />;
    case "invoices":
      return <Invoices id={customer.id} name={customer.name} item={item} />;
    case "users":
      return customer.tenant && <Users id={customer.id} tenant={{ ...customer.tenant, name: customer.name }} invites={offers(customer, "inviteUser")} />;
    case "activity":
      return <Activity id={customer.id} />;
    case "contacts":
      return <Contacts id={customer.id} />;
  }
}

/** Whether the API offers it to the viewer. */
function offers({ viewerActions }: PageCustomer, name: string): boolean {
  return viewerActions.some(({ action, allowed }) => action === name && allowed);
}

/** What is hidden and what is not there look the same. */
function Gone() {
  const { t } = useTranslation();
  return (
    <Stack gap="xs" align="flex-start">
      <Title order={1}>{t("customer.gone.title")}</Title>
      <Text c="dimmed" maw={560}>
        {t("customer.gone.text")}
      </Text>
      <Anchor component={Link} href="/customers">
        {t("customer.gone.back")}
      </Anchor>
    </Stack>
  );
}
