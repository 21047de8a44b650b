// Where the letter of an invitation leads.
import { Title } from "@mantine/core";
import { useTranslation } from "react-i18next";

export function AcceptInvitation() {
  const { t } = useTranslation();
  return <Title order={1}>{t("people.account.title")}</Title>;
}
