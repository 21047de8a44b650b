// A read that failed, in the server's words, with a way to try again.
import { Button, Stack, Text, Title } from "@mantine/core";
import { useTranslation } from "react-i18next";
import type { CombinedError } from "urql";

import { failureOf } from "../answer/failure";

type Props = { error: CombinedError; onRetry: () => void };

export function Failure({ error, onRetry }: Props) {
  const { t } = useTranslation();
  return <Told text={failureOf(error, t) ?? ""} onRetry={onRetry} />;
}

/** The page itself broke, which is nobody's fault but ours. */
export function Broken({ onRetry }: { onRetry: () => void }) {
  const { t } = useTranslation();
  return <Told text={t("answer.failed.broken")} onRetry={onRetry} />;
}

function Told({ text, onRetry }: { text: string; onRetry: () => void }) {
  const { t } = useTranslation();
  return (
    <Stack role="alert" align="flex-start" gap="xs" py="lg">
      <Title order={2}>{t("answer.failed.title")}</Title>
      <Text size="sm" c="dimmed" maw={560}>
        {text}
      </Text>
      <Button size="xs" variant="default" onClick={onRetry}>
        {t("answer.failed.retry")}
      </Button>
    </Stack>
  );
}
