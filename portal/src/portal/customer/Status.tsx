// A status in a word, with a dot whose colour says whether it is well.
import { Box } from "@mantine/core";
import { useTranslation } from "react-i18next";

import classes from "./Status.module.css";

const TONES = {
  good: ["ACTIVE", "RUNNING", "SUCCESS", "COMPLETED", "ISSUED", "PAID"],
  busy: ["PROVISIONING", "IN_PROGRESS", "READY", "ISSUABLE", "SCHEDULED", "PENDING_ACCEPTANCE", "DUE", "PARTIALLY_PAID", "INVITED"],
  warned: ["WARNING", "STOPPED", "INACTIVE", "OVERDUE", "PENDING_DELETION"],
  bad: ["FAILED", "SUSPENDED", "TERMINATED"],
} as const;

/** The sorts of status, each with words of its own. */
export type StatusKind = "customer" | "contract" | "invoice" | "payment" | "service" | "sourceData" | "task" | "onboarding";

export function Status({ kind, status, count }: { kind: StatusKind; status: string; count?: string }) {
  const word = useStatusWord();
  const tone = Object.entries(TONES).find(([, some]) => (some as readonly string[]).includes(status))?.[0] ?? "none";
  return (
    <Box component="span" className={classes.status}>
      <span className={classes.dot} data-tone={tone} aria-hidden="true" />
      {count !== undefined && <span className={classes.count}>{count}</span>}
      {word(kind, status)}
    </Box>
  );
}

/** The word for a status; its own name where the API has learnt one that the portal has no word for. */
export function useStatusWord(): (kind: StatusKind, status: string) => string {
  const { t } = useTranslation();
  const say = t as (key: string, options: { defaultValue: string }) => string;
  return (kind, status) => say(`customer.status.${kind}.${status}`, { defaultValue: status });
}
