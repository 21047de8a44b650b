// Linking one more person: whoever is no Admin and not linked yet, as Support unless another role is chosen.
import { Alert, Button, Group, Select, Text } from "@mantine/core";
import { useState, type FormEvent } from "react";
import { useTranslation } from "react-i18next";
import { useMutation } from "urql";

import { failureOf } from "../answer/failure";
import { fieldErrors } from "../answer/userErrors";
import type { Role } from "../gql/graphql";
import type { Linkable } from "./links";
import { LINK_USER } from "./manage.graphql";
import { RoleMenu } from "./RoleMenu";

type Props = { customerId: string; people: Linkable[]; onLinked: () => Promise<void> };

export function LinkForm({ customerId, people, onLinked }: Props) {
  const { t } = useTranslation();
  const [userId, setUserId] = useState<string | null>(null);
  const [role, setRole] = useState<Role>("SUPPORT");
  const [{ data, error, fetching }, link] = useMutation(LINK_USER);
  const wrong = fieldErrors(data?.linkUser.userErrors, ["userId", "role"]);
  const problem = wrong.rest ?? failureOf(error, t);

  async function submit(event: FormEvent) {
    event.preventDefault();
    if (!userId) return;
    const answer = await link({ input: { customerId, userId, role } });
    if (!answer.data?.linkUser.grant) return;
    setUserId(null);
    setRole("SUPPORT");
    await onLinked();
  }

  if (people.length === 0)
    return (
      <Text size="sm" c="dimmed">
        {t("people.manage.nobodyLeft")}
      </Text>
    );
  return (
    <form onSubmit={submit} aria-label={t("people.manage.link")}>
      <Group align="flex-start" gap="sm">
        <Select
          flex="1 1 200px"
          label={t("people.manage.user")}
          placeholder={t("people.manage.choose")}
          nothingFoundMessage={t("people.manage.nobodyMatches")}
          searchable
          data={people.map(({ id, displayName, email }) => ({ value: id, label: `${displayName}, ${email}` }))}
          value={userId}
          onChange={setUserId}
          error={wrong.at("userId")}
        />
        <RoleMenu label={t("people.manage.role")} withLabel role={role} onChange={setRole} error={wrong.at("role")} />
        <Button type="submit" mt={22} disabled={!userId} loading={fetching}>
          {t("people.manage.link")}
        </Button>
      </Group>
      {problem && (
        <Alert role="alert" color="red" variant="light" mt="sm">
          {problem}
        </Alert>
      )}
    </form>
  );
}
