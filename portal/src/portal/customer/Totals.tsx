// What a month's invoices come to, and what of it is still to be issued.
import { Group, Stack } from "@mantine/core";
import { useTranslation } from "react-i18next";

import { useFormats, type Amount } from "../answer/formats";

type Props = { of: { totalPossibleRevenue: Amount; totalIssuableRemaining: Amount } };

export function Totals({ of: { totalPossibleRevenue, totalIssuableRemaining } }: Props) {
  const { t } = useTranslation();
  const { money } = useFormats();
  return (
    <Stack gap={4} fz="sm" component="dl" m={0}>
      {([["possible", totalPossibleRevenue], ["remaining", totalIssuableRemaining]] as const).map(([which, amount]) => (
        <Group key={which} justify="space-between" wrap="nowrap" gap="md">
          <dt>{t(`customer.invoices.${which}`)}</dt>
          <dd className="figure" style={{ margin: 0, fontWeight: 600 }}>
            {money(amount)}
          </dd>
        </Group>
      ))}
    </Stack>
  );
}
