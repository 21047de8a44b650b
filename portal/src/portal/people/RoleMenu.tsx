// Choosing what somebody is on a customer, each role with what it means.
import { Box, Select, Text } from "@mantine/core";
import { useTranslation } from "react-i18next";

import type { Role } from "../gql/graphql";

/** What a link may make of somebody. */
const LINKABLE = ["ADMIN", "REGULAR", "READ_ONLY", "SUPPORT"] as const satisfies Role[];

type Props = {
  /** What is chosen, for those who do not see where the menu stands. */
  label: string;
  withLabel?: boolean;
  role: Role;
  onChange: (role: Role) => void;
  roles?: readonly Role[];
  disabled?: boolean;
  error?: string;
};

export function RoleMenu({ label, withLabel, role, onChange, roles = LINKABLE, disabled, error }: Props) {
  const { t } = useTranslation();
  return (
    <Select
      w={withLabel ? 150 : 130}
      label={withLabel && label}
      aria-label={withLabel ? undefined : label}
      allowDeselect={false}
      maxDropdownHeight={320}
      checkIconPosition="right"
      comboboxProps={{ width: 280, position: "bottom-end" }}
      data={roles.map((value) => ({ value, label: t(`customer.role.${value}`) }))}
      renderOption={({ option }) => (
        <Box>
          <Text size="sm" fw={550}>
            {option.label}
          </Text>
          <Text size="xs" c="dimmed">
            {t(`people.roleMeans.${option.value as Role}`)}
          </Text>
        </Box>
      )}
      value={role}
      onChange={(chosen) => chosen && onChange(chosen as Role)}
      disabled={disabled}
      error={error}
    />
  );
}
