// Choosing criteria: each takes effect at once, as the chips above the list show.
import { Button, Chip, Fieldset, Group, Popover, Stack, TagsInput, TextInput } from "@mantine/core";
import { useDebouncedCallback } from "@mantine/hooks";
import { useState } from "react";
import { useTranslation } from "react-i18next";

import { Icon } from "../answer/Icon";
import type { CustomerFilter, CustomerStatus, OnboardingStatus, SourceDataStatus, TenantKind } from "../gql/graphql";
import classes from "./FilterForm.module.css";

const STATUS: CustomerStatus[] = ["ACTIVE", "SUSPENDED", "INACTIVE", "PENDING_DELETION", "DISCONNECTED"];
const ONBOARDING: OnboardingStatus[] = ["NOT_STARTED", "IN_PROGRESS", "COMPLETED"];
const SOURCE_DATA: SourceDataStatus[] = ["SUCCESS", "WARNING", "FAILED", "NOT_AVAILABLE"];
const KIND: TenantKind[] = ["RESELLER", "CUSTOMER"];
const PAUSE = 250; // milliseconds

type Props = { filter: CustomerFilter; onChange: (filter: CustomerFilter) => void };

export function FilterButton({ filter, onChange }: Props) {
  const { t } = useTranslation();
  const [opened, setOpened] = useState(false);
  return (
    <Popover opened={opened} onChange={setOpened} position="bottom-start" withinPortal trapFocus shadow="md">
      <Popover.Target>
        <Button size="xs" variant="default" leftSection={<Icon name="filter" size={14} />} onClick={() => setOpened(!opened)} aria-expanded={opened}>
          {t("customers.filter.button")}
        </Button>
      </Popover.Target>
      <Popover.Dropdown p="md" maw="min(420px, calc(100vw - 24px))" mah="70vh" style={{ overflowY: "auto" }} aria-label={t("customers.filter.button")}>
        {opened && <FilterForm filter={filter} onChange={onChange} />}
      </Popover.Dropdown>
    </Popover>
  );
}

function FilterForm({ filter, onChange }: Props) {
  const { t } = useTranslation();
  const set = <Key extends keyof CustomerFilter>(key: Key, value: CustomerFilter[Key]) => {
    const empty = value === undefined || value === "" || (Array.isArray(value) && value.length === 0);
    const { [key]: _, ...others } = filter;
    onChange(empty ? others : { ...others, [key]: value });
  };
  return (
    <Stack gap="sm">
      <NameField value={filter.name ?? ""} onChange={(name) => set("name", name)} />
      <Choices label={t("customers.criteria.status")} options={STATUS} say={(one) => t(`customer.status.customer.${one}`)} chosen={filter.status} onChange={(some) => set("status", some)} />
      <Choices label={t("customers.criteria.onboarding")} options={ONBOARDING} say={(one) => t(`customer.status.onboarding.${one}`)} chosen={filter.onboarding} onChange={(some) => set("onboarding", some)} />
      <Choices label={t("customers.criteria.sourceData")} options={SOURCE_DATA} say={(one) => t(`customer.status.sourceData.${one}`)} chosen={filter.sourceData} onChange={(some) => set("sourceData", some)} />
      <Choices label={t("customers.criteria.kind")} options={KIND} say={(one) => t(`places.kinds.${one}`)} chosen={filter.kind} onChange={(some) => set("kind", some)} />
      <TagsInput size="xs" label={t("customers.criteria.tags")} description={t("customers.filter.enter")} value={[...(filter.tags ?? [])]} onChange={(tags) => set("tags", tags)} />
      <TagsInput size="xs" label={t("customers.criteria.productSubscriptions")} description={t("customers.filter.enter")} value={[...(filter.productSubscriptions ?? [])]} onChange={(products) => set("productSubscriptions", products)} />
      <TagsInput
        size="xs"
        label={t("customers.criteria.countryOrRegion")}
        description={t("customers.filter.countries")}
        value={[...(filter.countryOrRegion ?? [])]}
        onChange={(countries) => set("countryOrRegion", countries.map((one) => one.toUpperCase()).filter((one) => /^[A-Z]{2}$/.test(one)))}
      />
    </Stack>
  );
}

function NameField({ value, onChange }: { value: string; onChange: (value: string) => void }) {
  const { t } = useTranslation();
  const [typed, setTyped] = useState(value);
  const tell = useDebouncedCallback(onChange, PAUSE);
  return (
    <TextInput
      size="xs"
      label={t("customers.criteria.name")}
      value={typed}
      onChange={({ currentTarget }) => {
        setTyped(currentTarget.value);
        tell(currentTarget.value.trim());
      }}
    />
  );
}

type ChoicesProps<Option extends string> = {
  label: string;
  options: readonly Option[];
  say: (option: Option) => string;
  chosen: readonly Option[] | Option | null | undefined;
  onChange: (chosen: Option[]) => void;
};

function Choices<Option extends string>({ label, options, say, chosen, onChange }: ChoicesProps<Option>) {
  const value = Array.isArray(chosen) ? [...(chosen as Option[])] : chosen ? [chosen as Option] : [];
  return (
    <Fieldset legend={label} variant="unstyled" classNames={{ legend: classes.legend }}>
      <Chip.Group multiple value={value} onChange={(some) => onChange(some as Option[])}>
        <Group gap={6}>
          {options.map((option) => (
            <Chip key={option} value={option} size="xs" radius="sm" variant="outline">
              {say(option)}
            </Chip>
          ))}
        </Group>
      </Chip.Group>
    </Fieldset>
  );
}
