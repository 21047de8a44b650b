// Why something is withheld or refused, in words, with whom to ask.
import { useTranslation } from "react-i18next";

import type { WithheldReason } from "../gql/graphql";
import { useStanding } from "../shell/who";

export function useReason(): (reason: WithheldReason) => string {
  const { t } = useTranslation();
  const { who } = useStanding();
  const place = who?.currentTenant?.name ?? t("answer.withheld.yourCompany");
  return (reason) => t(`answer.withheld.${reason}`, { place });
}
