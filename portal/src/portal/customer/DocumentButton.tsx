// An invoice as PDF: has it written, waits for it, and fetches the file by its single-use link.
import { Button, Group, Text } from "@mantine/core";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { useClient } from "urql";

import { Icon } from "../answer/Icon";
import { EXPORT_INVOICE, FETCH_INVOICE, INVOICE_RUN } from "./invoices.graphql";
import { Refusal } from "./Refusal";
import { useChange } from "./useChange";

type Props = { invoice: { id: string; number?: string | null }; small?: boolean };

/** Milliseconds between two questions whether it is written, and how many are asked. */
const PAUSE = 400;
const MOST = 150;

export function DocumentButton({ invoice, small = false }: Props) {
  const { t } = useTranslation();
  const client = useClient();
  const write = useChange(EXPORT_INVOICE, (data) => data.exportInvoice);
  const fetch = useChange(FETCH_INVOICE, (data) => data.downloadReport);
  const [waiting, setWaiting] = useState(false);
  const [failed, setFailed] = useState(false);

  async function written(run: string): Promise<boolean> {
    for (let asked = 0; asked < MOST; asked += 1) {
      const { data } = await client.query(INVOICE_RUN, { id: run }, { requestPolicy: "network-only" });
      if (data?.reportRun?.status === "SUCCEEDED") return true;
      if (!data?.reportRun || ["FAILED", "CANCELLED"].includes(data.reportRun.status)) return false;
      await new Promise((later) => setTimeout(later, PAUSE));
    }
    return false;
  }

  async function download() {
    setFailed(false);
    setWaiting(true);
    try {
      const ordered = await write.run({ input: { invoiceId: invoice.id, format: "PDF" } });
      if (!ordered?.run) return;
      if (!(await written(ordered.run.id))) return setFailed(true);
      const fetched = await fetch.run({ input: { runId: ordered.run.id } });
      if (fetched?.url) save(fetched.url);
    } finally {
      setWaiting(false);
    }
  }

  return (
    <Group gap="xs" justify={small ? "flex-end" : undefined}>
      <Button variant={small ? "subtle" : "default"} size={small ? "compact-sm" : "xs"} loading={waiting} onClick={download}
        leftSection={<Icon name="download" size={14} />} aria-label={t("customer.invoices.downloadOne", { number: invoice.number ?? "" })}>
        PDF
      </Button>
      {failed && <Text role="alert" size="xs" c="red">{t("customer.invoices.notWritten")}</Text>}
      <Refusal problems={[...write.problems, ...fetch.problems]} onLoadAnew={download} />
    </Group>
  );
}

/** The file comes as an attachment, so the page stays. */
function save(url: string): void {
  const link = document.createElement("a");
  link.href = new URL(url, location.origin).pathname;
  link.download = "";
  link.click();
}
