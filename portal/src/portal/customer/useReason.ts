// Why something is withheld or may not be done, in words, with whom to ask.
import { useTranslation } from "react-i18next";

import type { WithheldReason } from "../gql/graphql";
import { useStanding } from "../shell/who";

type Say = (reason: WithheldReason) => string;

export function useReason(): { withheld: Say; refused: Say } {
  const { t } = useTranslation();
  const { who } = useStanding();
  const place = who?.currentTenant?.name ?? t("answer.withheld.yourCompany");
  return {
    withheld: (reason) => t(`answer.withheld.${reason}`, { place }),
    // what Support may not see is told otherwise than what Support may not do
    refused: (reason) => (reason === "SUPPORT_ROLE" ? t("customer.refusedToSupport", { place }) : t(`answer.withheld.${reason}`, { place })),
  };
}
