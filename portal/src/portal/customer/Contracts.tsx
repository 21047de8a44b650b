// The full list of a customer's contracts, and one of them beside it.
import { Anchor, Button, Stack, Table, Text } from "@mantine/core";
import { useTranslation } from "react-i18next";
import { Link, useLocation } from "wouter";

import { useFormats } from "../answer/formats";
import { Icon } from "../answer/Icon";
import { Withheld } from "../answer/Withheld";
import type { CustomerContractsQuery } from "../gql/graphql";
import { addressOf } from "./addresses";
import { ContractForm } from "./ContractForm";
import { ContractView } from "./ContractView";
import { CUSTOMER_CONTRACTS } from "./contracts.graphql";
import { Locked, Whole } from "./Panel";
import { Rows } from "./Rows";
import { Status } from "./Status";
import { useAnswer } from "./useAnswer";
import { useForm } from "./useForm";

type Contract = NonNullable<NonNullable<CustomerContractsQuery["customer"]>["contracts"]>["nodes"][number];

export function Contracts({ id, item }: { id: string; item: string | undefined }) {
  const { t } = useTranslation();
  const [, go] = useLocation();
  return (
    <Whole title={t("customer.contracts.title")}>
      <Page id={id} />
      <ContractView id={item} onClose={() => go(addressOf(id, "contracts"))} />
    </Whole>
  );
}

function Page({ id }: { id: string }) {
  const { t } = useTranslation();
  const reading = useAnswer(CUSTOMER_CONTRACTS, { id });
  const [, go] = useLocation();
  const [drawing, draw] = useForm();
  const reason = reading.why("customer.contracts");
  if (reason) return <Locked reason={reason} />;
  const customer = reading.data?.customer;
  const may = customer?.viewerActions.some(({ action, allowed }) => action === "createContract" && allowed);
  return (
    <Stack gap="sm">
      {may && (
        <Button size="xs" leftSection={<Icon name="plus" size={14} />} style={{ alignSelf: "flex-end" }} onClick={() => draw(true)}>
          {t("customer.contracts.add")}
        </Button>
      )}
      {may && drawing && <ContractForm customer={id} currency={customer?.mrr?.currency} onClose={() => draw(false)} onDone={drawn} />}
      <Table verticalSpacing="xs" aria-label={t("customer.contracts.title")}>
        <Table.Thead>
          <Table.Tr>
            <Table.Th>{t("customer.contracts.contract")}</Table.Th>
            <Table.Th>{t("customer.contracts.status")}</Table.Th>
            <Table.Th visibleFrom="sm">{t("customer.contracts.runs")}</Table.Th>
            <Table.Th className="figure" visibleFrom="xs">{t("customer.contracts.value")}</Table.Th>
          </Table.Tr>
        </Table.Thead>
        <ContractRows id={id} empty={t("customer.contracts.none")} />
      </Table>
    </Stack>
  );

  function drawn(contract: string) {
    reading.again();
    go(addressOf(id, "contracts", contract));
  }
}

function ContractRows({ id, after, empty }: { id: string; after?: string; empty?: string }) {
  const reading = useAnswer(CUSTOMER_CONTRACTS, { id, after });
  return (
    <Rows of={reading} from={(data) => data.customer?.contracts} columns={4} empty={empty}
      row={(contract) => <Line key={contract.id} id={id} contract={contract} withheld={reading.why("customer.contracts.nodes.value")} />}
      next={(cursor) => <ContractRows id={id} after={cursor} />} />
  );
}

function Line({ id, contract, withheld }: { id: string; contract: Contract; withheld: Parameters<typeof Withheld>[0]["reason"] | undefined }) {
  const { money } = useFormats();
  return (
    <Table.Tr>
      <Table.Td>
        <Anchor component={Link} href={addressOf(id, "contracts", contract.id)} size="sm">
          {contract.title}
        </Anchor>
        <Text size="xs" c="dimmed">{contract.number}</Text>
        {contract.value && <Text size="xs" hiddenFrom="xs">{money(contract.value)}</Text>}
      </Table.Td>
      <Table.Td>
        <Status kind="contract" status={contract.status} />
      </Table.Td>
      <Table.Td visibleFrom="sm">
        <Runs of={contract} />
      </Table.Td>
      <Table.Td className="figure" visibleFrom="xs">
        {contract.value ? money(contract.value) : withheld ? <Withheld reason={withheld} /> : "–"}
      </Table.Td>
    </Table.Tr>
  );
}

/** From its first day to its last. */
export function Runs({ of: { startsOn, endsOn } }: { of: { startsOn: string; endsOn?: string | null } }) {
  const { t } = useTranslation();
  const { date } = useFormats();
  return <>{endsOn ? t("customer.contracts.fromTo", { from: date(startsOn), to: date(endsOn) }) : t("customer.contracts.fromOn", { from: date(startsOn) })}</>;
}
