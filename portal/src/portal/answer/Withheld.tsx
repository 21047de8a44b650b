// A quiet lock where the viewer may not see a value: why, and whom to ask.
import { Box, Tooltip } from "@mantine/core";
import { useTranslation } from "react-i18next";

import type { WithheldReason } from "../gql/graphql";
import { useStanding } from "../shell/who";
import { Icon } from "./Icon";

export function Withheld({ reason }: { reason: WithheldReason }) {
  const { t } = useTranslation();
  const { who } = useStanding();
  const place = who?.currentTenant?.name ?? t("answer.withheld.yourCompany");
  const why = t(`answer.withheld.${reason}`, { place });
  return (
    <Tooltip label={why} multiline maw={280} events={{ hover: true, focus: true, touch: true }}>
      <Box component="span" tabIndex={0} role="img" aria-label={t("answer.withheld.label", { reason: why })} c="dimmed" display="inline-flex" style={{ verticalAlign: "-2px" }}>
        <Icon name="lock" size={14} />
      </Box>
    </Tooltip>
  );
}
