// What narrows the list, each criterion as a chip that can be taken away.
import { ActionIcon, Button, Group, Text } from "@mantine/core";
import { useTranslation } from "react-i18next";

import { Icon } from "../answer/Icon";
import type { CustomersPageQuery } from "../gql/graphql";
import classes from "./Chips.module.css";
import { useCriteria } from "./criteria";

type Criterion = NonNullable<CustomersPageQuery["customers"]>["appliedFilters"][number];
type Props = { criteria: readonly Criterion[]; onTakeAway: (key: string) => void; onClear: () => void };

export function Chips({ criteria, onTakeAway, onClear }: Props) {
  const { t } = useTranslation();
  const { label, value } = useCriteria();
  if (!criteria.length) return null;
  return (
    <Group gap={6} component="ul" className={classes.chips} aria-label={t("customers.chips.label")}>
      {criteria.map((criterion) => {
        const name = label(criterion);
        const said = value(criterion);
        return (
          <li key={criterion.key} className={classes.chip}>
            <Text component="span" size="xs" className="cut" title={said ? `${name}: ${said}` : name}>
              <span className={classes.name}>{name}</span>
              {said && <> {said}</>}
            </Text>
            <ActionIcon variant="subtle" color="gray" size={18} aria-label={t("customers.chips.remove", { name })} onClick={() => onTakeAway(criterion.key)}>
              <Icon name="close" size={12} />
            </ActionIcon>
          </li>
        );
      })}
      <li>
        <Button size="compact-xs" variant="subtle" onClick={onClear}>
          {t("customers.chips.clear")}
        </Button>
      </li>
    </Group>
  );
}
