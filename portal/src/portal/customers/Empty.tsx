// A list without lines: what to do next.
import { Button, Stack, Text, Title } from "@mantine/core";
import { useTranslation } from "react-i18next";

import classes from "./Empty.module.css";

type Props = {
  /** Whether criteria leave all of them out. */
  narrowed: boolean;
  /** Undefined for viewers who may not invite. */
  onInvite: (() => void) | undefined;
  onClear: () => void;
};

export function Empty({ narrowed, onInvite, onClear }: Props) {
  const { t } = useTranslation();
  const why = narrowed ? "narrowed" : onInvite ? "new" : "limited";
  return (
    <Stack align="center" gap="xs" className={classes.empty}>
      <Title order={2}>{t(`customers.empty.${why}.title`)}</Title>
      <Text size="sm" c="dimmed" ta="center" maw={420}>
        {t(`customers.empty.${why}.text`)}
      </Text>
      {narrowed ? (
        <Button size="xs" variant="default" onClick={onClear}>
          {t("customers.chips.clear")}
        </Button>
      ) : (
        onInvite && (
          <Button size="xs" onClick={onInvite}>
            {t("customers.invite")}
          </Button>
        )
      )}
    </Stack>
  );
}
