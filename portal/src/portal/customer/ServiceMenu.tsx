// What may be done with a service, and why the rest may not.
import { ActionIcon, Menu, Modal } from "@mantine/core";
import { lazy, Suspense, useState } from "react";
import { useTranslation } from "react-i18next";

import { Icon } from "../answer/Icon";
import { RefusedItem } from "../answer/RefusedItem";
import type { ServiceAction, ServiceLineFragment, WithheldReason } from "../gql/graphql";
import { Refusal } from "./Refusal";
import { SERVICE_ACTION } from "./services.graphql";
import { useChange } from "./useChange";
import { useReason } from "./useReason";

const ChangeService = lazy(() => import("./ChangeService").then((part) => ({ default: part.ChangeService })));

type Props = {
  customer: string;
  service: ServiceLineFragment;
  again: () => void;
  onExpect: (status: string | undefined) => void;
  onDone: (said: string) => void;
};

/** What is asked about first; the others are done at once. */
const ASKED = ["UPGRADE", "MODIFY", "DELETE"] as const;
export type Asked = (typeof ASKED)[number];

/** The status that a service has once the action is done. */
const EXPECTED: Partial<Record<ServiceAction, string>> = { START: "RUNNING", STOP: "STOPPED", CREATE: "PROVISIONING" };

export function ServiceMenu({ customer, service, again, onExpect, onDone }: Props) {
  const { t } = useTranslation();
  const say = useReason();
  const { run, busy, problems, forget } = useChange(SERVICE_ACTION, (data) => data.serviceAction);
  const [asked, setAsked] = useState<Asked>();

  async function act(action: ServiceAction) {
    const question = ASKED.find((each) => each === action);
    if (question) return setAsked(question);
    onExpect(EXPECTED[action] ?? service.status);
    const done = await run({ input: { serviceId: service.id, action }, options: { ifVersion: service.version } });
    onExpect(undefined);
    if (!done?.service) return;
    const { diagnosis, name } = done.service;
    const found = action === "DIAGNOSE" && diagnosis ? t(`customer.diagnosis.${diagnosis}`) : "";
    onDone(`${t(`customer.action.done.${action}`, { name })} ${found}`.trim());
  }

  function loadAnew() {
    forget();
    again();
  }
  const allowed = service.actions.filter((each) => each.allowed);
  const refused = refusals(service);
  return (
    <>
      <Menu position="bottom-end" shadow="md" width={280} withinPortal={false} withInitialFocusPlaceholder={false}>
        <Menu.Target>
          <ActionIcon variant="subtle" color="gray" c="inherit" loading={busy} aria-label={t("customer.services.actionsOf", { name: service.name })}>
            <Icon name="more" />
          </ActionIcon>
        </Menu.Target>
        <Menu.Dropdown>
          {service.actions.every(({ allowed, reason }) => !allowed && reason === "OBJECT_STATUS") && <Menu.Label>{t("customer.services.nothingToDo")}</Menu.Label>}
          {allowed.map(({ action }) => (
            <Menu.Item key={action} color={action === "DELETE" ? "red" : undefined} onClick={() => act(action)}>
              {t(`customer.action.${action}`)}
            </Menu.Item>
          ))}
          {allowed.length > 0 && refused.length > 0 && <Menu.Divider />}
          {refused.map(([reason, actions]) => (
            <RefusedItem key={reason} why={say.refused(reason)}>
              {actions.map((action) => t(`customer.action.${action}`)).join(", ")}
            </RefusedItem>
          ))}
        </Menu.Dropdown>
      </Menu>
      {asked && (
        <Suspense>
          <ChangeService customer={customer} service={service} asked={asked} again={again} onClose={() => setAsked(undefined)} onDone={onDone} />
        </Suspense>
      )}
      <Modal opened={problems.length > 0} onClose={forget} title={service.name} closeButtonProps={{ "aria-label": t("customer.close") }}>
        <Refusal problems={problems} onLoadAnew={loadAnew} />
      </Modal>
    </>
  );
}

/** What the viewer may not do, by why not; steps that the service's status will not take are nobody's to do now. */
function refusals({ status, actions }: ServiceLineFragment): [WithheldReason, ServiceAction[]][] {
  const found = new Map<WithheldReason, ServiceAction[]>();
  for (const { action, reason } of actions) {
    const pointless = action === "CREATE" && status !== "AVAILABLE";
    if (reason && reason !== "OBJECT_STATUS" && !pointless) found.set(reason, [...(found.get(reason) ?? []), action]);
  }
  return [...found];
}
