// The six figures of a customer, as in the list; each a lock where they are withheld.
import { Paper, SimpleGrid, Text } from "@mantine/core";
import type { ReactNode } from "react";
import { useTranslation } from "react-i18next";

import { useFormats } from "../answer/formats";
import { Withheld } from "../answer/Withheld";
import type { WithheldReason } from "../gql/graphql";
import type { PageCustomer } from "./CustomerPage";

type Props = { summary: PageCustomer["summary"]; withheld: WithheldReason | undefined };
type Figure = { value: ReactNode; note?: string | undefined };

export function Figures({ summary, withheld }: Props) {
  const { t } = useTranslation();
  const { money, figure, day, time } = useFormats();
  const never = t("customer.figures.never");
  const at = (moment: string | null | undefined) => (moment ? { value: day(moment), note: time(moment) } : { value: never });
  const pending = summary?.mrrPendingEntry;
  const shown: [name: "mrr" | "ports" | "virtualCircuits" | "cloud" | "lastActivity" | "lastOrder", Figure | undefined][] = [
    ["mrr", summary && {
      value: summary.mrr ? money(summary.mrr) : "–",
      note: pending && Number(pending.amount) > 0 ? t("customer.figures.pending", { amount: money(pending) }) : undefined,
    }],
    ["ports", summary && { value: figure(summary.ports) }],
    ["virtualCircuits", summary && { value: figure(summary.virtualCircuits) }],
    ["cloud", summary && { value: figure(summary.cloudConnections) }],
    ["lastActivity", summary && at(summary.lastActivityAt)],
    ["lastOrder", summary && at(summary.lastOrderAt)],
  ].map(([name, value]) => [name, value ?? undefined] as never);
  return (
    <SimpleGrid cols={{ base: 2, sm: 3, lg: 6 }} spacing="sm" component="dl" m={0}>
      {shown.map(([name, found]) => (
        <Paper key={name} withBorder p="sm">
          <Text component="dt" size="xs" c="dimmed">
            {t(`customer.figures.${name}`)}
          </Text>
          <Text component="dd" m={0} fw={600} fz="lg" style={{ fontVariantNumeric: "tabular-nums" }}>
            {found ? found.value : withheld ? <Withheld reason={withheld} /> : "–"}
          </Text>
          {found?.note && (
            <Text component="dd" m={0} size="xs" c="dimmed">
              {found.note}
            </Text>
          )}
        </Paper>
      ))}
    </SimpleGrid>
  );
}
