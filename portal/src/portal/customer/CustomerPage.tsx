// The page of one customer.
import { Title } from "@mantine/core";
import { useTranslation } from "react-i18next";

export function CustomerPage({ id }: { id: string }) {
  const { t } = useTranslation();
  return (
    <Title order={1} p="md" data-customer={id}>
      {t("customer.title")}
    </Title>
  );
}
