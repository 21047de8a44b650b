// The latest notifications, and marking them as read.
import { Box, Button, Group, ScrollArea, Text, Title } from "@mantine/core";
import { useEffect } from "react";
import { useTranslation } from "react-i18next";
import { useMutation, useQuery } from "urql";
import { Link } from "wouter";

import { useFormats } from "../answer/formats";
import { graphql } from "../gql";
import type { NotificationsQuery } from "../gql/graphql";
import { Failure } from "./Failure";
import { Loading } from "./Loading";
import classes from "./Notifications.module.css";

const NOTIFICATIONS = graphql(`
  query Notifications {
    viewer {
      unreadNotificationCount
      notifications(first: 20) {
        nodes {
          id
          kind
          title
          at
          readAt
          customer {
            id
            name
          }
        }
      }
    }
  }
`);

const MARK_READ = graphql(`
  mutation MarkRead($upTo: ID) {
    markNotificationsRead(input: { upTo: $upTo }) {
      viewer {
        unreadNotificationCount
      }
      userErrors {
        code
        message
        path
      }
    }
  }
`);

type Notification = NonNullable<NotificationsQuery["viewer"]>["notifications"]["nodes"][number];

type Props = {
  /** The id of the latest that the page heard of. */
  newest: string | undefined;
  /** Told when fewer are unread. */
  onRead: (options: { requestPolicy: "network-only" }) => void;
  onGone: () => void;
};

export function Notifications({ newest, onRead, onGone }: Props) {
  const { t } = useTranslation();
  const [{ data, error, fetching }, again] = useQuery({ query: NOTIFICATIONS, requestPolicy: "network-only" });
  const [marking, markRead] = useMutation(MARK_READ);
  useEffect(() => {
    if (newest) again({ requestPolicy: "network-only" });
  }, [newest, again]);
  const found = data?.viewer?.notifications.nodes ?? [];

  async function readAll() {
    await markRead({ upTo: found[0]?.id ?? null });
    again({ requestPolicy: "network-only" });
    onRead({ requestPolicy: "network-only" });
  }

  if (error && !data) return <Failure error={error} onRetry={again} />;
  if (fetching && !data) return <Loading />;
  return (
    <>
      <Group justify="space-between" px="md" py="xs" className={classes.head}>
        <Title order={2} size="sm">
          {t("places.bell.title")}
        </Title>
        <Button size="compact-xs" variant="subtle" disabled={!data?.viewer?.unreadNotificationCount} loading={marking.fetching} onClick={() => void readAll()}>
          {t("places.bell.readAll")}
        </Button>
      </Group>
      {found.length === 0 ? (
        <Text size="sm" c="dimmed" p="md">
          {t("places.bell.none")}
        </Text>
      ) : (
        <ScrollArea.Autosize mah={420} type="auto" viewportProps={{ tabIndex: 0, "aria-label": t("places.bell.title") }}>
          <ul className={classes.list}>
            {found.map((each) => (
              <One key={each.id} notification={each} onGone={onGone} />
            ))}
          </ul>
        </ScrollArea.Autosize>
      )}
    </>
  );
}

function One({ notification, onGone }: { notification: Notification; onGone: () => void }) {
  const { t, i18n } = useTranslation();
  const { moment } = useFormats();
  const { customer, kind, title, at, readAt } = notification;
  // The server's line names services and the like, but in English only.
  const said = i18n.language === "en" || !customer ? title : t(`places.events.${kind}`, { customer: customer.name });
  return (
    <li className={classes.one} data-unread={readAt === null}>
      {customer ? (
        <Link href={`/customers/${customer.id}`} onClick={onGone} className={classes.link}>
          {said}
        </Link>
      ) : (
        <Text size="sm">{said}</Text>
      )}
      <Box className={classes.when}>
        {moment(at)}
        {readAt === null && <span className={classes.new}>{t("places.bell.unread")}</span>}
      </Box>
    </li>
  );
}
