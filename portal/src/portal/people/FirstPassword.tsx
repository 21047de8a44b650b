// In the place of every page for whoever signed in with a password that somebody else chose.
import { Stack, Title } from "@mantine/core";
import { useTranslation } from "react-i18next";

import { ChangePassword } from "./ChangePassword";

export function FirstPassword() {
  const { t } = useTranslation();
  return (
    <Stack p="md" gap="md" maw={520}>
      <Title order={1}>{t("people.account.title")}</Title>
      <ChangePassword first />
    </Stack>
  );
}
