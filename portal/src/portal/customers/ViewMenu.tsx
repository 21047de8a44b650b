// How the list looks: which columns in which order, and how closely its lines stand.
import { ActionIcon, Button, Checkbox, Divider, Group, Popover, SegmentedControl, Stack, Text } from "@mantine/core";
import { useTranslation } from "react-i18next";

import { Icon } from "../answer/Icon";
import type { CustomerColumn, Density } from "../gql/graphql";
import { COLUMNS } from "./cells";
import { SETS, type Liking } from "./liking";
import classes from "./ViewMenu.module.css";

const DENSITIES: Density[] = ["COMPACT", "STANDARD", "COMFORTABLE"];
const ALL: CustomerColumn[] = ["NAME", ...(Object.keys(COLUMNS) as (keyof typeof COLUMNS)[])];

type Props = { liking: Liking; offered: (column: CustomerColumn) => boolean; onLike: (change: Partial<Liking>) => Promise<void> };

export function ViewMenu({ liking: { columns, density }, offered, onLike }: Props) {
  const { t } = useTranslation();
  const others = ALL.filter((column) => !columns.includes(column) && offered(column));

  const isShown = (name: keyof typeof SETS) => SETS[name].join() === columns.join();

  function move(column: CustomerColumn, by: number) {
    const next = columns.filter((one) => one !== column);
    next.splice(columns.indexOf(column) + by, 0, column);
    void onLike({ columns: next });
  }

  const line = (column: CustomerColumn, index: number) => {
    const label = t(`customers.columns.${column}`);
    const shown = index >= 0;
    return (
      <Group key={column} justify="space-between" wrap="nowrap" gap="xs" h={26}>
        <Checkbox
          size="xs"
          label={label}
          checked={shown}
          disabled={column === "NAME"}
          onChange={() => void onLike({ columns: shown ? columns.filter((one) => one !== column) : [...columns, column] })}
        />
        {shown && column !== "NAME" && (
          <Group gap={0} wrap="nowrap">
            <ActionIcon variant="subtle" color="gray" size="sm" className={classes.move} aria-label={t("customers.view.earlier", { column: label })} disabled={index <= 1} onClick={() => move(column, -1)}>
              <Icon name="up" size={12} />
            </ActionIcon>
            <ActionIcon variant="subtle" color="gray" size="sm" className={classes.move} aria-label={t("customers.view.later", { column: label })} disabled={index === columns.length - 1} onClick={() => move(column, 1)}>
              <Icon name="arrowDown" size={12} />
            </ActionIcon>
          </Group>
        )}
      </Group>
    );
  };

  return (
    <Popover position="bottom-end" withinPortal trapFocus shadow="md">
      <Popover.Target>
        <Button size="xs" variant="default" leftSection={<Icon name="columns" size={14} />}>
          {t("customers.view.button")}
        </Button>
      </Popover.Target>
      <Popover.Dropdown p="md" w={280} mah="70vh" style={{ overflowY: "auto" }} aria-label={t("customers.view.button")}>
        <Stack gap={6}>
          <Text size="xs" fw={600} id="density">
            {t("customers.view.density")}
          </Text>
          <SegmentedControl size="xs" fullWidth aria-labelledby="density" value={density} onChange={(value) => void onLike({ density: value as Density })} data={DENSITIES.map((value) => ({ value, label: t(`customers.view.densities.${value}`) }))} />
          <Divider my={4} />
          <Text size="xs" fw={600} id="columns">
            {t("customers.view.columns")}
          </Text>
          <Group gap={6} role="group" aria-labelledby="columns">
            {(Object.keys(SETS) as (keyof typeof SETS)[]).map((name) => (
              <Button key={name} size="compact-xs" variant={isShown(name) ? "light" : "default"} aria-pressed={isShown(name)} onClick={() => void onLike({ columns: SETS[name] })}>
                {t(`customers.view.sets.${name}`)}
              </Button>
            ))}
          </Group>
          {columns.filter(offered).map((column) => line(column, columns.indexOf(column)))}
          {others.length > 0 && <Divider my={2} />}
          {others.map((column) => line(column, -1))}
        </Stack>
      </Popover.Dropdown>
    </Popover>
  );
}
