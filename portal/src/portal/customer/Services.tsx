// A customer's services: how each is, what it costs, and what the viewer may do with it.
import { Button, Group, Stack, Table, Text, VisuallyHidden } from "@mantine/core";
import { useState } from "react";
import { useTranslation } from "react-i18next";

import { useFormats } from "../answer/formats";
import { Icon } from "../answer/Icon";
import { Withheld } from "../answer/Withheld";
import type { CustomerServicesQuery, ServiceLineFragment, WithheldReason } from "../gql/graphql";
import { OrderServices } from "./OrderServices";
import { Locked, Whole } from "./Panel";
import { Rows } from "./Rows";
import { ServiceMenu } from "./ServiceMenu";
import { CUSTOMER_SERVICES } from "./services.graphql";
import { Status } from "./Status";
import { useAnswer } from "./useAnswer";
import { useForm } from "./useForm";
import { useReason } from "./useReason";

const COLUMNS = 5;

export function Services({ id }: { id: string }) {
  const { t } = useTranslation();
  const [said, setSaid] = useState("");
  const reading = useAnswer(CUSTOMER_SERVICES, { id });
  const reason = reading.why("customer.services");
  const customer = reading.data?.customer;
  return (
    <Whole title={t("customer.services.title")}>
      {reason ? (
        <Locked reason={reason} />
      ) : (
        <Stack gap="sm">
          <Group justify="space-between" mih={30}>
            <Text size="sm" c="dimmed" role="status">
              {said || (customer?.services && t("customer.services.count", { count: customer.services.totalCount }))}
            </Text>
            {customer && <Ordering id={id} offered={customer.viewerActions} onDone={setSaid} />}
          </Group>
          <Table verticalSpacing="xs" aria-label={t("customer.services.title")}>
            <Table.Thead>
              <Table.Tr>
                <Table.Th>{t("customer.services.service")}</Table.Th>
                <Table.Th>{t("customer.services.status")}</Table.Th>
                <Table.Th visibleFrom="md">{t("customer.services.billing")}</Table.Th>
                <Table.Th className="figure" visibleFrom="xs">{t("customer.services.charge")}</Table.Th>
                <Table.Th><VisuallyHidden>{t("customer.services.actions")}</VisuallyHidden></Table.Th>
              </Table.Tr>
            </Table.Thead>
            <ServiceRows id={id} empty={t("customer.services.none")} onDone={setSaid} />
          </Table>
        </Stack>
      )}
    </Whole>
  );
}

type Offered = NonNullable<CustomerServicesQuery["customer"]>["viewerActions"];

/** The way to order, or why there is none. */
function Ordering({ id, offered, onDone }: { id: string; offered: Offered; onDone: (said: string) => void }) {
  const { t } = useTranslation();
  const [opened, setOpened] = useForm();
  const say = useReason();
  const adding = offered.find(({ action }) => action === "addServices");
  if (!adding) return null;
  if (!adding.allowed) {
    return (
      <Group gap={6} wrap="nowrap" c="dimmed" role="note" aria-label={t("customer.services.orderRefused")}>
        <Icon name="lock" size={14} />
        <Text size="xs" maw={420}>{t("customer.services.orderingTakes", { reason: adding.reason ? say.refused(adding.reason) : "" })}</Text>
      </Group>
    );
  }
  return (
    <>
      <Button size="xs" leftSection={<Icon name="plus" size={14} />} onClick={() => setOpened(true)}>
        {t("customer.services.order")}
      </Button>
      {opened && <OrderServices id={id} onClose={() => setOpened(false)} onDone={onDone} />}
    </>
  );
}

type Pages = { id: string; after?: string; empty?: string; onDone: (said: string) => void };

function ServiceRows({ id, after, empty, onDone }: Pages) {
  const reading = useAnswer(CUSTOMER_SERVICES, { id, after });
  return (
    <Rows of={reading} from={(data) => data.customer?.services} columns={COLUMNS} empty={empty}
      row={(service) => (
        <Line key={service.id} id={id} service={service} withheld={reading.why("customer.services.nodes.monthlyCharge")}
          again={reading.again} onDone={onDone} />
      )}
      next={(cursor) => <ServiceRows id={id} after={cursor} onDone={onDone} />} />
  );
}

type LineProps = {
  id: string;
  service: ServiceLineFragment;
  withheld: WithheldReason | undefined;
  again: () => void;
  onDone: (said: string) => void;
};

function Line({ id, service, withheld, again, onDone }: LineProps) {
  const { t } = useTranslation();
  const { money, date } = useFormats();
  // what is being done shows at once, and goes back should it be refused
  const [expected, setExpected] = useState<string>();
  return (
    <Table.Tr aria-busy={expected !== undefined}>
      <Table.Td>
        <Text size="sm" style={{ overflowWrap: "anywhere" }}>{service.name}</Text>
        <Text size="xs" c="dimmed">{service.product}</Text>
        {service.monthlyCharge && <Text size="xs" hiddenFrom="xs">{money(service.monthlyCharge)}</Text>}
        {service.diagnosis && service.diagnosedAt && (
          <Text size="xs" c="dimmed">{t("customer.services.found", { diagnosis: t(`customer.diagnosis.${service.diagnosis}`) })}</Text>
        )}
      </Table.Td>
      <Table.Td style={{ opacity: expected ? 0.6 : 1 }}>
        <Status kind="service" status={expected ?? service.status} />
        {service.expiresOn && <Text size="xs" c="dimmed">{t("customer.services.until", { day: date(service.expiresOn) })}</Text>}
      </Table.Td>
      <Table.Td visibleFrom="md">
        {t(`customer.billing.${service.billingState}`)}
        {service.billingEntryExpectedBy && <Text size="xs" c="dimmed">{t("customer.services.billedBy", { day: date(service.billingEntryExpectedBy) })}</Text>}
      </Table.Td>
      <Table.Td className="figure" visibleFrom="xs">
        {service.monthlyCharge ? money(service.monthlyCharge) : withheld ? <Withheld reason={withheld} /> : t("customer.services.free")}
      </Table.Td>
      <Table.Td w={40}>
        <ServiceMenu customer={id} service={service} again={again} onExpect={setExpected} onDone={onDone} />
      </Table.Td>
    </Table.Tr>
  );
}
