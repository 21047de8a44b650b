// Why a change was not made; where somebody else was faster, the way to what they made of it.
import { Alert, Button, Stack, Text } from "@mantine/core";
import { useTranslation } from "react-i18next";

import { said } from "../answer/said";
import type { Problem } from "./useChange";

type Props = {
  problems: readonly Problem[];
  /** Reads anew what the form began with. */
  onLoadAnew: () => void;
};

export function Refusal({ problems, onLoadAnew }: Props) {
  const { t } = useTranslation();
  if (problems.length === 0) return null;
  const overtaken = problems.some(({ code }) => code === "VERSION_CONFLICT");
  return (
    <Alert role="alert" color={overtaken ? "yellow" : "red"} variant="light" p="sm">
      <Stack gap="xs" align="flex-start">
        {overtaken ? (
          <Text size="sm">{t("customer.change.overtaken")}</Text>
        ) : (
          problems.map((problem) => (
            <Text size="sm" key={problem.code + problem.message}>
              {said(problem)}
            </Text>
          ))
        )}
        {overtaken && (
          <Button size="xs" variant="default" onClick={onLoadAnew}>
            {t("customer.change.loadAnew")}
          </Button>
        )}
      </Stack>
    </Alert>
  );
}
