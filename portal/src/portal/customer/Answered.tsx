// A part of the page while it is read, when that fails, and when it is there.
import { Skeleton, Stack } from "@mantine/core";
import type { ReactNode } from "react";
import { useTranslation } from "react-i18next";

import { Failure } from "../shell/Failure";
import type { Reading } from "./useAnswer";

type Props<Data> = {
  of: Reading<Data>;
  rows?: number;
  /** What stands there while it is read, in place of some rows. */
  waiting?: ReactNode;
  children: (data: Data) => ReactNode;
};

/** Data that are there stay while newer ones are read, so that nothing jumps. */
export function Answered<Data>({ of, rows = 4, waiting, children }: Props<Data>) {
  if (of.data) return <>{children(of.data)}</>;
  if (of.error) return <Failure error={of.error} onRetry={of.again} />;
  return waiting ?? <Rows count={rows} />;
}

function Rows({ count }: { count: number }) {
  const { t } = useTranslation();
  return (
    <Stack gap={14} py="xs" role="status" aria-label={t("shell.loading")}>
      {Array.from({ length: count }, (_, n) => (
        <Skeleton key={n} h={16} w={`${100 - (n % 3) * 12}%`} />
      ))}
    </Stack>
  );
}
