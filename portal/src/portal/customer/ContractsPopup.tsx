// A customer's contracts: how many of each status in the cell, the first three in a pop-up.
import { lazy } from "react";
import { useTranslation } from "react-i18next";

import { graphql } from "../gql";
import type { ContractsPopupFragment } from "../gql/graphql";
import { Popup } from "./Popup";
import { Status } from "./Status";

const FirstContracts = lazy(() => import("./FirstContracts").then((part) => ({ default: part.FirstContracts })));

/** What the cell shows; the pop-up asks for the rest when it is opened. */
export const CONTRACTS_POPUP = graphql(`
  fragment ContractsPopup on Customer {
    id
    name
    contractSummary {
      total
      byStatus {
        status
        count
      }
    }
  }
`);

export function ContractsPopup({ customer: { id, name, contractSummary } }: { customer: ContractsPopupFragment }) {
  const { t } = useTranslation();
  if (!contractSummary) return null;
  const { total, byStatus } = contractSummary;
  if (total === 0) return <>0</>;
  return (
    <Popup
      title={t("customer.contracts.title")}
      label={t("customer.contracts.open", { name, count: total })}
      cell={byStatus.map(({ status, count }) => <Status key={status} kind="contract" status={status} count={String(count)} />)}
    >
      {(close) => <FirstContracts id={id} onLeave={close} />}
    </Popup>
  );
}
