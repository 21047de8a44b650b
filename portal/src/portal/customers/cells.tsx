// What stands in each column of a customer's line.
import { Badge, Group, Skeleton, Text, Tooltip } from "@mantine/core";
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
export type Shown = Exclude<CustomerColumn, "NAME">;

type Column = {
  /** Figures stand at the right. */
  figure?: boolean;
  /** By what the list is ordered where somebody clicks on the title. */
  sort?: CustomerSortKey;
  /** What must have been asked for. */
  needs?: keyof Customer;
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

/** A column's cell; a line while what it shows is on its way, as after the column was chosen. */
export function shown(name: Shown, row: Row, words: Words): ReactNode {
  if (!row.customer) return null;
  const { needs, cell } = COLUMNS[name];
  return needs && row.customer[needs] === undefined ? <Skeleton h={10} w={48} /> : cell(row.customer, row, words);
}

export const COLUMNS: Record<Shown, Column> = {
  STATUS: {
    sort: "STATUS",
    cell: ({ status, statusReason }, _, { t }) => (
      <Badge variant="light" size="sm" radius="sm" tt="none" fw={550} color={STATUS_COLOURS[status]} title={statusReason ? t(`customers.reasons.${statusReason}`) : undefined}>
        {t(`customer.status.customer.${status}`)}
      </Badge>
    ),
  },
  ONBOARDING: { needs: "onboarding", cell: (customer, row) => (customer.onboarding ? <StatusRing customer={customer} /> : lockOr(row, "onboarding", null)) },
  SOURCE_DATA: { needs: "sourceData", cell: (customer) => <SourceDataPopup customer={customer} /> },
  MRR: { needs: "summary", figure: true, sort: "MRR", cell: ofSummary(mrr) },
  PORTS: { needs: "summary", figure: true, cell: ofSummary(({ ports }, _, { formats }) => formats.figure(ports)) },
  VCS: { needs: "summary", figure: true, cell: ofSummary(({ virtualCircuits }, _, { formats }) => formats.figure(virtualCircuits)) },
  CLOUD: { needs: "summary", figure: true, cell: ofSummary(({ cloudConnections }, _, { formats }) => formats.figure(cloudConnections)) },
  LAST_ACTIVITY: { needs: "summary", sort: "LAST_ACTIVITY", cell: ofSummary(({ lastActivityAt }, _, { formats }) => lastActivityAt && formats.moment(lastActivityAt)) },
  LAST_ORDER: { needs: "summary", sort: "LAST_ORDER", cell: ofSummary(({ lastOrderAt }, _, { formats }) => lastOrderAt && formats.moment(lastOrderAt)) },
  ADMIN: { needs: "primaryAdmin", cell: ({ primaryAdmin }, row) => (primaryAdmin ? cut(primaryAdmin.displayName, 160) : lockOr(row, "primaryAdmin", null)) },
  CONTRACTS: { needs: "contractSummary", cell: (customer, row) => (customer.contractSummary ? <ContractsPopup customer={customer} /> : lockOr(row, "contractSummary", null)) },
  INVOICES: { needs: "invoiceSummary", cell: (customer, row) => (customer.invoiceSummary ? <InvoicesPopup customer={customer} /> : lockOr(row, "invoiceSummary", null)) },
  ROLE: { cell: ({ viewerRole }, _, { t }) => (viewerRole ? t(`customer.role.${viewerRole}`) : NONE) },
  PHONE: { needs: "phone", cell: ({ phone }) => phone ?? NONE },
  EMAIL: { needs: "email", cell: ({ email }) => cut(email) },
  COUNTRY: { needs: "country", cell: ({ country }, _, { formats }) => (country ? formats.country(country) : NONE) },
  SERVICES: {
    needs: "serviceStatus",
    figure: true,
    cell: ({ serviceStatus }, row, { formats }) =>
      serviceStatus ? formats.figure(serviceStatus.reduce((sum, { count }) => sum + count, 0)) : lockOr(row, "serviceStatus", null),
  },
  TAGS: {
    needs: "tags",
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
