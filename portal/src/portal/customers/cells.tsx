// What stands in each column of a customer's line.
import { Badge, Group, Text, Tooltip } from "@mantine/core";
import type { TFunction } from "i18next";
import type { ReactNode } from "react";

import type { Formats } from "../answer/formats";
import { Withheld } from "../answer/Withheld";
import { ContractsPopup } from "../customer/ContractsPopup";
import { InvoicesPopup } from "../customer/InvoicesPopup";
import { SourceDataPopup } from "../customer/SourceDataPopup";
import { StatusRing } from "../customer/StatusRing";
import type { CustomerColumn, CustomerSortKey } from "../gql/graphql";
import type { Customer, Row } from "./rows";

export type Words = { t: TFunction; formats: Formats };
type Summary = NonNullable<Customer["summary"]>;
type Shown = Exclude<CustomerColumn, "NAME">;

type Column = {
  /** Figures stand at the right. */
  figure?: boolean;
  /** By what the list is ordered where somebody clicks on the title. */
  sort?: CustomerSortKey;
  cell: (customer: Customer, row: Row, words: Words) => ReactNode;
};

/** Stands where there is no value. */
export const NONE = (
  <Text component="span" c="dimmed" inherit>
    –
  </Text>
);

function lockOr(row: Row, field: string, value: ReactNode): ReactNode {
  const entry = row.withheld(field);
  return entry ? <Withheld reason={entry.reason} /> : (value ?? NONE);
}

/** A column of the summary: the lock where all of it is withheld. */
function ofSummary(show: (summary: Summary, row: Row, words: Words) => ReactNode): Column["cell"] {
  return ({ summary }, row, words) => (summary ? (show(summary, row, words) ?? NONE) : lockOr(row, "summary", null));
}

function mrr({ mrr, mrrPendingEntry }: Summary, row: Row, { t, formats }: Words): ReactNode {
  if (!mrr) return lockOr(row, "summary.mrr", null);
  if (!mrrPendingEntry || Number(mrrPendingEntry.amount) === 0) return formats.money(mrr);
  const pending = t("customers.pendingEntry", { money: formats.money(mrrPendingEntry) });
  return (
    <Tooltip label={pending} multiline maw={260} events={{ hover: true, focus: true, touch: true }}>
      <Text component="span" inherit tabIndex={0} aria-label={`${formats.money(mrr)}. ${pending}`} td="underline dotted" style={{ textUnderlineOffset: 3 }}>
        {formats.money(mrr)}
      </Text>
    </Tooltip>
  );
}

const cut = (text: string | null | undefined, width = 200) =>
  text ? (
    <Text component="span" inherit className="cut" display="block" maw={width} title={text}>
      {text}
    </Text>
  ) : (
    NONE
  );

const STATUS_COLOURS = { ACTIVE: "teal", SUSPENDED: "orange", INVITED: "gray", INACTIVE: "gray", PENDING_DELETION: "red", DELETED: "red", DISCONNECTED: "gray" } as const;

export const COLUMNS: Record<Shown, Column> = {
  STATUS: {
    sort: "STATUS",
    cell: ({ status, statusReason }, _, { t }) => (
      <Badge variant="light" size="sm" radius="sm" tt="none" fw={550} color={STATUS_COLOURS[status]} title={statusReason ? t(`customers.reasons.${statusReason}`) : undefined}>
        {t(`customers.statuses.${status}`)}
      </Badge>
    ),
  },
  ONBOARDING: { cell: (customer, row) => (customer.onboarding ? <StatusRing customer={customer} /> : lockOr(row, "onboarding", null)) },
  SOURCE_DATA: { cell: (customer) => <SourceDataPopup customer={customer} /> },
  MRR: { figure: true, sort: "MRR", cell: ofSummary(mrr) },
  PORTS: { figure: true, cell: ofSummary(({ ports }, _, { formats }) => formats.figure(ports)) },
  VCS: { figure: true, cell: ofSummary(({ virtualCircuits }, _, { formats }) => formats.figure(virtualCircuits)) },
  CLOUD: { figure: true, cell: ofSummary(({ cloudConnections }, _, { formats }) => formats.figure(cloudConnections)) },
  LAST_ACTIVITY: { sort: "LAST_ACTIVITY", cell: ofSummary(({ lastActivityAt }, _, { formats }) => lastActivityAt && formats.moment(lastActivityAt)) },
  LAST_ORDER: { sort: "LAST_ORDER", cell: ofSummary(({ lastOrderAt }, _, { formats }) => lastOrderAt && formats.moment(lastOrderAt)) },
  ADMIN: { cell: ({ primaryAdmin }, row) => (primaryAdmin ? cut(primaryAdmin.displayName, 160) : lockOr(row, "primaryAdmin", null)) },
  CONTRACTS: { figure: true, cell: (customer, row) => (customer.contractSummary ? <ContractsPopup customer={customer} /> : lockOr(row, "contractSummary", null)) },
  INVOICES: { figure: true, cell: (customer, row) => (customer.invoiceSummary ? <InvoicesPopup customer={customer} /> : lockOr(row, "invoiceSummary", null)) },
  ROLE: { cell: ({ viewerRole }, _, { t }) => (viewerRole ? t(`customers.roles.${viewerRole}`) : NONE) },
  PHONE: { cell: ({ phone }) => phone ?? NONE },
  EMAIL: { cell: ({ email }) => cut(email) },
  COUNTRY: { cell: ({ country }, _, { formats }) => (country ? formats.country(country) : NONE) },
  SERVICES: {
    figure: true,
    cell: ({ serviceStatus }, row, { formats }) =>
      serviceStatus ? formats.figure(serviceStatus.reduce((sum, { count }) => sum + count, 0)) : lockOr(row, "serviceStatus", null),
  },
  TAGS: {
    cell: ({ tags }) =>
      tags?.nodes.length ? (
        <Group gap={4} wrap="nowrap">
          {tags.nodes.map(({ name }) => (
            <Badge key={name} variant="default" size="sm" radius="sm" tt="none" fw={500}>
              {name}
            </Badge>
          ))}
        </Group>
      ) : (
        NONE
      ),
  },
};
