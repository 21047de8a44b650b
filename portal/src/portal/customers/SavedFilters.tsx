// Filters that the viewer keeps under a name: apply, save, forget.
import { ActionIcon, Button, Group, Popover, Stack, Text, TextInput, UnstyledButton } from "@mantine/core";
import { useState, type FormEvent } from "react";
import { useTranslation } from "react-i18next";
import { useMutation } from "urql";

import { fieldErrors } from "../answer/userErrors";
import { failureOf } from "../answer/failure";
import { Icon } from "../answer/Icon";
import type { CustomerFilter, CustomersPageQuery } from "../gql/graphql";
import { DELETE_FILTER, SAVE_FILTER } from "./page.graphql";

type Saved = NonNullable<CustomersPageQuery["viewer"]>["preferences"]["savedFilters"][number];
type Props = { saved: readonly Saved[]; filter: CustomerFilter; onApply: (filter: CustomerFilter) => void; onChanged: () => void };

export function SavedFilters({ saved, filter, onApply, onChanged }: Props) {
  const { t } = useTranslation();
  const [opened, setOpened] = useState(false);
  const [{ fetching, data, error }, save] = useMutation(SAVE_FILTER);
  const [, forget] = useMutation(DELETE_FILTER);
  const wrong = fieldErrors(data?.saveFilter.userErrors);
  const nothing = Object.keys(filter).length === 0;

  async function submit(event: FormEvent<HTMLFormElement>) {
    event.preventDefault();
    const form = event.currentTarget;
    const { data } = await save({ input: { name: String(new FormData(form).get("name")), filter } });
    if (!data?.saveFilter.filter) return;
    form.reset();
    onChanged();
  }

  return (
    <Popover opened={opened} onChange={setOpened} position="bottom-start" withinPortal trapFocus shadow="md">
      <Popover.Target>
        <Button size="xs" variant="default" leftSection={<Icon name="bookmark" size={14} />} onClick={() => setOpened(!opened)} aria-expanded={opened}>
          {t("customers.saved.button")}
        </Button>
      </Popover.Target>
      <Popover.Dropdown p="md" w={280} aria-label={t("customers.saved.button")}>
        <Stack gap="xs">
          {saved.length === 0 && (
            <Text size="xs" c="dimmed">
              {t("customers.saved.none")}
            </Text>
          )}
          {saved.map((one) => (
            <Group key={one.id} justify="space-between" wrap="nowrap" gap="xs">
              <UnstyledButton
                fz="sm"
                className="cut"
                title={one.name}
                onClick={() => {
                  onApply(one.filter as CustomerFilter);
                  setOpened(false);
                }}
              >
                {one.name}
              </UnstyledButton>
              <ActionIcon variant="subtle" color="gray" size="sm" aria-label={t("customers.saved.forget", { name: one.name })} onClick={() => void forget({ id: one.id }).then(onChanged)}>
                <Icon name="close" size={12} />
              </ActionIcon>
            </Group>
          ))}
          <form onSubmit={submit}>
            <Group gap="xs" align="flex-end" wrap="nowrap">
              <TextInput name="name" size="xs" flex={1} required withAsterisk={false} maxLength={100} disabled={nothing} label={t("customers.saved.name")} error={wrong.rest ?? failureOf(error, t)} />
              <Button type="submit" size="xs" variant="default" loading={fetching} disabled={nothing}>
                {t("customers.saved.save")}
              </Button>
            </Group>
            {nothing && (
              <Text size="xs" c="dimmed" mt={4}>
                {t("customers.saved.first")}
              </Text>
            )}
          </form>
        </Stack>
      </Popover.Dropdown>
    </Popover>
  );
}
