// Exports under way: asked for, watched until they are ready, fetched by a link that works once.
import { Anchor, Button, CloseButton, Group, Menu, Paper, Progress, Stack, Text } from "@mantine/core";
import { createContext, useCallback, useContext, useEffect, useMemo, useState, type ReactNode } from "react";
import { useTranslation } from "react-i18next";
import { useClient } from "urql";

import { failureOf } from "../answer/failure";
import { Icon } from "../answer/Icon";
import { fieldErrors } from "../answer/userErrors";
import type { ExportNowInput, ReportRunQuery } from "../gql/graphql";
import { PORTAL } from "../shell/portal";
import classes from "./exporting.module.css";
import { DOWNLOAD_REPORT, EXPORT_NOW, REPORT_RUN } from "./page.graphql";

const LOOK_AGAIN = 400; // milliseconds

type Run = NonNullable<ReportRunQuery["reportRun"]>;
type Under = { run: Run | undefined; problem: string | undefined };
type Exporting = { start: (input: ExportNowInput) => void; busy: boolean };

const ExportContext = createContext<Exporting | null>(null);

export function useExport(): Exporting {
  const exporting = useContext(ExportContext);
  if (!exporting) throw new Error("useExport is for what stands inside <Exports>");
  return exporting;
}

export function Exports({ children }: { children: ReactNode }) {
  const { t } = useTranslation();
  const client = useClient();
  const [under, setUnder] = useState<Under>();
  const watched = under?.run && ["QUEUED", "RUNNING"].includes(under.run.status) ? under.run : undefined;

  const start = useCallback(
    async (input: ExportNowInput) => {
      setUnder({ run: undefined, problem: undefined });
      const { data, error } = await client.mutation(EXPORT_NOW, { input }).toPromise();
      const run = data?.exportNow.run;
      setUnder({
        run: run ? { ...run, status: "QUEUED", progress: 0, rows: null, failure: null } : undefined,
        problem: fieldErrors(data?.exportNow.userErrors).rest ?? failureOf(error, t),
      });
    },
    [client, t],
  );

  const fetchFile = useCallback(
    async (id: string) => {
      const { data, error } = await client.mutation(DOWNLOAD_REPORT, { id }).toPromise();
      const url = data?.downloadReport.url;
      if (url) location.assign(url);
      else setUnder((now) => now && { ...now, problem: fieldErrors(data?.downloadReport.userErrors).rest ?? failureOf(error, t) });
    },
    [client, t],
  );

  useEffect(() => {
    if (!watched) return;
    const timer = setTimeout(async () => {
      const { data, error } = await client.query(REPORT_RUN, { id: watched.id }, { requestPolicy: "network-only" }).toPromise();
      const run = data?.reportRun ?? undefined;
      // whoever closed the panel meanwhile is not told again
      setUnder((now) => now?.run?.id === watched.id ? { run: run ?? { ...watched }, problem: failureOf(error, t) } : now);
      if (run?.status === "SUCCEEDED") await fetchFile(run.id);
    }, LOOK_AGAIN);
    return () => clearTimeout(timer);
  }, [client, t, watched, fetchFile]);

  const exporting = useMemo(() => ({ start: (input: ExportNowInput) => void start(input), busy: !!watched || (!!under && !under.run && !under.problem) }), [start, watched, under]);
  return (
    <ExportContext value={exporting}>
      {children}
      {under && <Panel {...under} onFetch={fetchFile} onClose={() => setUnder(undefined)} />}
    </ExportContext>
  );
}

function Panel({ run, problem, onFetch, onClose }: Under & { onFetch: (id: string) => Promise<void>; onClose: () => void }) {
  const { t } = useTranslation();
  const cancelled = run?.status === "CANCELLED" ? t("customers.export.cancelled") : undefined;
  const failed = problem ?? cancelled ?? (run?.failure && t(`customers.export.failures.${run.failure}`));
  const ready = run?.status === "SUCCEEDED";
  return (
    <Paper withBorder shadow="md" p="sm" className={classes.panel} role="region" aria-label={t("customers.export.title")}>
      <Stack gap={6}>
        <Group justify="space-between" wrap="nowrap">
          <Text size="sm" fw={600} className="cut" title={run?.fileName}>
            {run?.fileName ?? t("customers.export.title")}
          </Text>
          <CloseButton size="sm" aria-label={t("customers.export.close")} onClick={onClose} />
        </Group>
        {failed ? (
          <Text size="sm" role="alert">
            {failed}
          </Text>
        ) : (
          <>
            <Progress.Root size="sm">
              <Progress.Section value={(ready ? 1 : (run?.progress ?? 0)) * 100} aria-label={t("customers.export.progress")} />
            </Progress.Root>
            <Group justify="space-between" aria-live="polite" mih={22}>
              <Text size="xs" c="dimmed">
                {ready ? t("customers.export.ready", { count: run.rows ?? 0 }) : t("customers.export.working")}
              </Text>
              {ready && (
                <Anchor component="button" type="button" size="xs" onClick={() => void onFetch(run.id)}>
                  {t("customers.export.again")}
                </Anchor>
              )}
            </Group>
          </>
        )}
      </Stack>
    </Paper>
  );
}

/** The list as it stands, in either format. */
export function ExportMenu({ input }: { input: Omit<ExportNowInput, "kind" | "format"> }) {
  const { t } = useTranslation();
  const { start, busy } = useExport();
  return (
    <Menu position="bottom-end" portalProps={PORTAL} withInitialFocusPlaceholder={false}>
      <Menu.Target>
        <Button size="xs" variant="default" loading={busy} leftSection={<Icon name="download" size={14} />}>
          {t("customers.export.button")}
        </Button>
      </Menu.Target>
      <Menu.Dropdown>
        {(["CSV", "XLSX"] as const).map((format) => (
          <Menu.Item key={format} onClick={() => start({ ...input, kind: "CUSTOMER_LIST", format })}>
            {t(`customers.export.${format}`)}
          </Menu.Item>
        ))}
      </Menu.Dropdown>
    </Menu>
  );
}
