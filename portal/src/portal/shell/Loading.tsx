// A page that is on its way.
import { Skeleton, Stack } from "@mantine/core";
import { useTranslation } from "react-i18next";

export function Loading() {
  const { t } = useTranslation();
  return (
    <Stack gap="md" p="md" role="status" aria-label={t("shell.loading")}>
      <Skeleton h={24} w={220} />
      <Skeleton h={14} />
      <Skeleton h={14} />
      <Skeleton h={14} w="70%" />
    </Stack>
  );
}
