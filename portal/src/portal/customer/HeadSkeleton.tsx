// The page of a customer before anything of it is known, in the shape that it will have.
import { Group, SimpleGrid, Skeleton, Stack } from "@mantine/core";
import { useTranslation } from "react-i18next";

export function HeadSkeleton() {
  const { t } = useTranslation();
  return (
    <Stack gap="md" role="status" aria-label={t("shell.loading")}>
      <Stack gap={10} py={4}>
        <Skeleton h={12} w={180} />
        <Skeleton h={22} w={260} maw="80%" />
        <Skeleton h={14} w={420} maw="100%" />
      </Stack>
      <Group gap="lg" wrap="nowrap" py={9} style={{ borderBottom: "2px solid var(--line)", overflow: "hidden" }}>
        {Array.from({ length: 7 }, (_, n) => (
          <Skeleton key={n} h={14} w={70} style={{ flex: "none" }} />
        ))}
      </Group>
      <SimpleGrid cols={{ base: 2, sm: 3, lg: 6 }} spacing="sm">
        {Array.from({ length: 6 }, (_, n) => (
          <Skeleton key={n} h={100} />
        ))}
      </SimpleGrid>
    </Stack>
  );
}
