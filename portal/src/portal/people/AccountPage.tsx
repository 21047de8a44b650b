// The signed-in person's own account.
import { Title } from "@mantine/core";
import { useTranslation } from "react-i18next";

export function AccountPage() {
  const { t } = useTranslation();
  return <Title order={1}>{t("people.account.title")}</Title>;
}
