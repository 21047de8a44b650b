// The steps of a contract that are the viewer's to take. What ends it is asked about once more.
import { Button, Group, Stack, Text } from "@mantine/core";
import { useState } from "react";
import { useTranslation } from "react-i18next";

import type { ContractStatus, OneContractQuery } from "../gql/graphql";
import { SET_CONTRACT_STATUS } from "./contracts.graphql";
import { Refusal } from "./Refusal";
import { useChange } from "./useChange";

type Contract = Extract<NonNullable<OneContractQuery["node"]>, { __typename: "Contract" }>;

export function ContractSteps({ contract, again }: { contract: Contract; again: () => void }) {
  const { t } = useTranslation();
  const { run, busy, problems, forget } = useChange(SET_CONTRACT_STATUS, (data) => data.setContractStatus);
  const [sure, setSure] = useState(false);
  const open = contract.steps.filter(({ allowed }) => allowed).map(({ status }) => status);
  const waits = contract.status === "PENDING_ACCEPTANCE" && open.length > 0 && !open.includes("SCHEDULED");

  function label(status: ContractStatus): string {
    if (status !== "TERMINATED") return t(status === "SCHEDULED" ? "customer.contracts.step.SCHEDULED" : "customer.contracts.step.PENDING_ACCEPTANCE");
    const offered = contract.status === "PENDING_ACCEPTANCE";
    const word = offered && open.includes("SCHEDULED") ? "DECLINE" : offered || contract.status === "DRAFT" ? "WITHDRAW" : "TERMINATE";
    const step = t(`customer.contracts.step.${word}`);
    return sure ? t("customer.contracts.step.sure", { step }) : step;
  }

  async function take(status: ContractStatus) {
    if (status === "TERMINATED" && !sure) return setSure(true);
    setSure(false);
    if (await run({ input: { contractId: contract.id, status }, options: { ifVersion: contract.version } })) again();
  }

  function loadAnew() {
    forget();
    again();
  }
  return (
    <Stack gap="sm">
      {waits && (
        <Text size="sm" c="dimmed">
          {t("customer.contracts.waits")}
        </Text>
      )}
      <Refusal problems={problems} onLoadAnew={loadAnew} />
      <Group gap="sm">
        {open.map((status) =>
          status === "TERMINATED" ? (
            <Button key={status} size="xs" color="red" variant={sure ? "filled" : "subtle"} loading={busy} onClick={() => void take(status)}>
              {label(status)}
            </Button>
          ) : (
            <Button key={status} size="xs" loading={busy} onClick={() => void take(status)}>
              {label(status)}
            </Button>
          ),
        )}
      </Group>
    </Stack>
  );
}
