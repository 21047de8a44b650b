// The customers page.
import { Stack, Title } from "@mantine/core";
import { useEffect } from "react";
import { useTranslation } from "react-i18next";
import { useQuery } from "urql";

import { Failure } from "../shell/Failure";
import { Loading } from "../shell/Loading";
import { useStanding } from "../shell/who";
import { CUSTOMERS_PAGE } from "./page.graphql";

export function CustomersPage() {
  const { t } = useTranslation();
  const { tell } = useStanding();
  const [{ data, error }, again] = useQuery({ query: CUSTOMERS_PAGE, variables: { first: 50 } });
  useEffect(() => {
    if (data) tell(data.viewer);
  }, [data, tell]);

  if (error) return <Failure error={error} onRetry={again} />;
  if (!data) return <Loading />;
  return (
    <Stack p="md" gap="sm">
      <Title order={1}>{t("customers.title")}</Title>
      <ul>
        {data.customers.nodes.map(({ id, name }) => (
          <li key={id}>{name}</li>
        ))}
      </ul>
    </Stack>
  );
}
