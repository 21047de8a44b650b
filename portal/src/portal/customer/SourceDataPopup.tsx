// How the intake of a customer's billing data goes: a word in its cell, the feeds in a pop-up.
import { lazy } from "react";
import { useTranslation } from "react-i18next";

import { graphql } from "../gql";
import type { SourceDataPopupFragment } from "../gql/graphql";
import { Popup } from "./Popup";
import { Status, useStatusWord } from "./Status";

const SourceData = lazy(() => import("./SourceData").then((part) => ({ default: part.SourceData })));

/** What the cell shows; the pop-up asks for the rest when it is opened. */
export const SOURCE_DATA_POPUP = graphql(`
  fragment SourceDataPopup on Customer {
    id
    name
    sourceData {
      status
    }
  }
`);

export function SourceDataPopup({ customer: { id, name, sourceData } }: { customer: SourceDataPopupFragment }) {
  const { t } = useTranslation();
  const word = useStatusWord();
  // a list that has just been given the column shows it before it is asked for
  if (!(sourceData as typeof sourceData | undefined)) return null;
  return (
    <Popup
      title={t("customer.sourceData.title")}
      label={t("customer.sourceData.open", { name, status: word("sourceData", sourceData.status) })}
      cell={<Status kind="sourceData" status={sourceData.status} />}
    >
      {(close) => <SourceData id={id} onLeave={close} />}
    </Popup>
  );
}
