// The tasks of a customer's onboarding: where each stands, what it waits for, and starting one.
import { Box, Button, Group, Stack, Text } from "@mantine/core";
import { useEffect, useRef } from "react";
import { useTranslation } from "react-i18next";

import { useFormats } from "../answer/formats";
import type { OnboardingTasksQuery } from "../gql/graphql";
import { useOnboardingProgress } from "../shell/live";
import { Answered } from "./Answered";
import { ONBOARDING_TASKS, START_TASK } from "./onboarding.graphql";
import { Lines } from "./Lines";
import { Locked } from "./Panel";
import { Refusal } from "./Refusal";
import { Status } from "./Status";
import { useAnswer } from "./useAnswer";
import { useChange } from "./useChange";

type Onboarding = NonNullable<NonNullable<OnboardingTasksQuery["customer"]>["onboarding"]>;
type Task = Onboarding["tasks"][number];

/** From where a task is started by whoever may. */
const STARTABLE = ["NOT_STARTED", "FAILED"];

export function OnboardingTasks({ id }: { id: string }) {
  const { t } = useTranslation();
  const { percent } = useFormats();
  const reading = useAnswer(ONBOARDING_TASKS, { id });
  const { again } = reading;
  const heard = useOnboardingProgress(id);
  const first = useRef(heard);
  useEffect(() => {
    // the first word tells how things stand, which was asked for already
    if (first.current && heard !== first.current) again();
    first.current = heard;
  }, [heard, again]);
  return (
    <Answered of={reading}>
      {({ customer, viewer }) => {
        const refused = viewer?.permission.allowed === false && viewer.permission.reason;
        const onboarding = customer?.onboarding;
        if (!onboarding) return <Text size="sm">{t("customer.onboarding.none")}</Text>;
        const { completedTasks: done, requiredTasks: all, tasks } = onboarding;
        return (
          <Stack gap="sm">
            <Text size="sm" c="dimmed">
              {t("customer.onboarding.progress", { done, count: all, share: percent(onboarding.progress) })}
            </Text>
            <Lines>
              {tasks.map((task) => (
                <TaskLine key={task.id} task={task} again={reading.again} />
              ))}
            </Lines>
            {refused && tasks.some(({ status }) => STARTABLE.includes(status)) && <Locked reason={refused} refused />}
          </Stack>
        );
      }}
    </Answered>
  );
}

function TaskLine({ task, again }: { task: Task; again: () => void }) {
  const { t } = useTranslation();
  const { run, busy, problems, forget } = useChange(START_TASK, (data) => data.startOnboardingTask);
  const words = useTaskTitle();

  function loadAnew() {
    forget();
    again();
  }
  return (
    <Box component="li">
      <Group justify="space-between" wrap="nowrap" align="flex-start" gap="sm">
        <Stack gap={2} miw={0}>
          <Text size="sm">{words(task)}</Text>
          <Group gap="xs" fz="xs" c="dimmed">
            <Status kind="task" status={busy ? "IN_PROGRESS" : task.status} />
            {!task.required && <span>{t("customer.onboarding.optional")}</span>}
          </Group>
          {task.blockedBy.length > 0 && (
            <Text size="xs" c="dimmed">
              {t("customer.onboarding.waitsFor", { tasks: task.blockedBy.map(words).join(", ") })}
            </Text>
          )}
        </Stack>
        {task.canStart && (
          <Button size="compact-xs" variant="default" loading={busy} aria-label={t("customer.onboarding.startTask", { task: words(task) })}
            onClick={() => run({ input: { taskId: task.id }, options: { ifVersion: task.version } })}>
            {t("customer.onboarding.start")}
          </Button>
        )}
      </Group>
      <Refusal problems={problems} onLoadAnew={loadAnew} />
    </Box>
  );
}

/** A task in the reader's language; the API tells it in English. */
function useTaskTitle(): (task: { kind: string; title: string }) => string {
  const { t } = useTranslation();
  const say = t as (key: string, options: { defaultValue: string }) => string;
  return ({ kind, title }) => say(`customer.onboarding.task.${kind}`, { defaultValue: title });
}
