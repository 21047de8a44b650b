// What was done in a customer's account, newest first, between two days.
import { Button, Group, Stack, TextInput } from "@mantine/core";
import { useState } from "react";
import { useTranslation } from "react-i18next";

import { Answered } from "./Answered";
import { Events } from "./Events";
import { CUSTOMER_ACTIVITY } from "./page.graphql";
import { Locked, Whole } from "./Panel";
import { useAnswer } from "./useAnswer";

type Days = { from: string; to: string };

export function Activity({ id }: { id: string }) {
  const { t } = useTranslation();
  const [days, setDays] = useState<Days>({ from: "", to: "" });
  return (
    <Whole title={t("customer.activity.title")}>
      <Stack gap="md">
        <Group gap="sm" align="flex-end">
          {(["from", "to"] as const).map((end) => (
            <TextInput key={end} type="date" size="xs" label={t(`customer.activity.${end}`)} value={days[end]}
              onChange={({ currentTarget: { value } }) => setDays((before) => ({ ...before, [end]: value }))} />
          ))}
        </Group>
        <Page id={id} days={days} key={`${days.from}/${days.to}`} />
      </Stack>
    </Whole>
  );
}

/** One page; the next one beneath it once it is asked for. */
function Page({ id, days, after }: { id: string; days: Days; after?: string }) {
  const { t } = useTranslation();
  const [more, setMore] = useState(false);
  const reading = useAnswer(CUSTOMER_ACTIVITY, {
    id,
    since: days.from ? new Date(`${days.from}T00:00:00`).toISOString() : null,
    until: days.to ? new Date(`${days.to}T23:59:59.999`).toISOString() : null,
    after: after ?? null,
  });
  const reason = reading.why("customer.activityLog");
  if (reason) return <Locked reason={reason} />;
  return (
    <Answered of={reading}>
      {({ customer }) => {
        const log = customer?.activityLog;
        if (!log) return null;
        const { endCursor, hasNextPage } = log.pageInfo;
        return (
          <Stack gap="sm">
            <Events of={log.nodes} />
            {hasNextPage && endCursor && (more ? <Page id={id} days={days} after={endCursor} /> : (
              <Button variant="default" size="xs" onClick={() => setMore(true)} style={{ alignSelf: "flex-start" }}>
                {t("customer.more")}
              </Button>
            ))}
          </Stack>
        );
      }}
    </Answered>
  );
}
