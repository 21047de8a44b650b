// One contract beside the list.
import { Anchor, Drawer, Stack, Text } from "@mantine/core";
import { useTranslation } from "react-i18next";

import { useFormats } from "../answer/formats";
import { Withheld } from "../answer/Withheld";
import { Answered } from "./Answered";
import { ContractSteps } from "./ContractSteps";
import { Runs } from "./Contracts";
import { ONE_CONTRACT } from "./contracts.graphql";
import { Facts } from "./Facts";
import { Status } from "./Status";
import { useAnswer } from "./useAnswer";

export function ContractView({ id, onClose }: { id: string | undefined; onClose: () => void }) {
  const { t } = useTranslation();
  return (
    <Drawer opened={id !== undefined} onClose={onClose} position="right" size="md" title={t("customer.contracts.one")}
      closeButtonProps={{ "aria-label": t("customer.close") }}>
      {id && <Details id={id} />}
    </Drawer>
  );
}

function Details({ id }: { id: string }) {
  const { t } = useTranslation();
  const { money, date } = useFormats();
  const reading = useAnswer(ONE_CONTRACT, { id });
  const lock = (path: string) => {
    const reason = reading.why(path);
    return reason && <Withheld reason={reason} />;
  };
  const day = (moment: string | null | undefined) => moment && date(moment.slice(0, 10));
  return (
    <Answered of={reading}>
      {({ node }) =>
        node?.__typename !== "Contract" ? (
          <Text size="sm">{t("customer.contracts.gone")}</Text>
        ) : (
          <Stack gap="md">
            <Text fw={600} fz="lg">{node.title}</Text>
            <Facts
              of={[
                [t("customer.contracts.number"), node.number],
                [t("customer.contracts.status"), <Status kind="contract" status={node.status} />],
                [t("customer.contracts.runs"), <Runs of={node} />],
                [t("customer.contracts.value"), node.value ? money(node.value) : (lock("node.value") ?? "–")],
                [t("customer.contracts.renews"), node.renewalDate ? date(node.renewalDate) : t(node.autoRenew ? "customer.contracts.renewsItself" : "customer.contracts.renewsNot")],
                [t("customer.contracts.accepted"), day(node.acceptedAt)],
                [t("customer.contracts.terminated"), day(node.terminatedAt)],
                [t("customer.contracts.predecessor"), node.predecessor && `${node.predecessor.number}, ${node.predecessor.title}`],
                [t("customer.contracts.document"), node.documentUrl ? (
                  <Anchor href={node.documentUrl} size="sm" target="_blank" rel="noreferrer">{t("customer.contracts.openDocument")}</Anchor>
                ) : lock("node.documentUrl")],
              ]}
            />
            <ContractSteps contract={node} again={reading.again} />
          </Stack>
        )
      }
    </Answered>
  );
}
