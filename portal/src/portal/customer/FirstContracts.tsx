// Up to three of a customer's contracts, each with the way to it, and the way to all where there are more.
import { Anchor, Group, Stack, Text } from "@mantine/core";
import { useTranslation } from "react-i18next";
import { Link } from "wouter";

import { addressOf } from "./addresses";
import { Answered } from "./Answered";
import { FIRST_CONTRACTS } from "./contracts.graphql";
import { Lines } from "./Lines";
import { Status } from "./Status";
import { useAnswer } from "./useAnswer";

export function FirstContracts({ id, onLeave }: { id: string; onLeave: () => void }) {
  const { t } = useTranslation();
  const reading = useAnswer(FIRST_CONTRACTS, { id });
  return (
    <Answered of={reading} rows={3}>
      {({ customer }) => (
        <Stack gap="sm">
          <Lines gap="sm">
            {customer?.contractSummary?.firstThree.map((contract) => (
              <Group key={contract.id} component="li" justify="space-between" wrap="nowrap" gap="sm">
                <Stack gap={2} miw={0}>
                  <Text size="sm" className="cut" title={contract.title}>
                    {contract.title}
                  </Text>
                  <Group gap="xs" fz="xs" c="dimmed">
                    <Status kind="contract" status={contract.status} />
                    <span>{contract.number}</span>
                  </Group>
                </Stack>
                <Anchor component={Link} size="sm" href={addressOf(id, "contracts", contract.id)} onClick={onLeave}
                  aria-label={t("customer.contracts.viewOne", { title: contract.title })}>
                  {t("customer.view")}
                </Anchor>
              </Group>
            ))}
          </Lines>
          {customer?.contractSummary?.hasMore && (
            <Anchor component={Link} size="sm" href={addressOf(id, "contracts")} onClick={onLeave}>
              {t("customer.contracts.viewAll")}
            </Anchor>
          )}
        </Stack>
      )}
    </Answered>
  );
}
