// An address at which there is no page.
import { Anchor, Stack, Text, Title } from "@mantine/core";
import { useTranslation } from "react-i18next";
import { Link } from "wouter";

export function Nowhere() {
  const { t } = useTranslation();
  return (
    <Stack p="xl" gap="xs" align="flex-start">
      <Title order={1}>{t("shell.nowhere.title")}</Title>
      <Text c="dimmed">{t("shell.nowhere.text")}</Text>
      <Anchor component={Link} href="/customers">
        {t("shell.nowhere.back")}
      </Anchor>
    </Stack>
  );
}
