// How many notifications are unread, live, and what they say.
import { ActionIcon, Indicator, Popover, VisuallyHidden } from "@mantine/core";
import { lazy, Suspense, useState } from "react";
import { useTranslation } from "react-i18next";
import { useQuery, useSubscription } from "urql";

import { Icon } from "../answer/Icon";
import { graphql } from "../gql";
import { Loading } from "./Loading";
import { useStanding } from "./who";

const Notifications = lazy(() => import("./Notifications").then((part) => ({ default: part.Notifications })));

const UNREAD = graphql(`
  query Unread {
    viewer {
      unreadNotificationCount
    }
  }
`);

const NOTIFIED = graphql(`
  subscription Notified {
    notifications {
      id
    }
  }
`);

/** More are not counted out on a button. */
const MOST = 99;

export function NotificationsBell() {
  const { t } = useTranslation();
  const { who } = useStanding();
  const [opened, setOpened] = useState(false);
  const [{ data }, again] = useQuery({ query: UNREAD, pause: true });
  const [{ data: newest }] = useSubscription({ query: NOTIFIED }, (_, told) => {
    again({ requestPolicy: "network-only" });
    return told;
  });
  const count = data?.viewer?.unreadNotificationCount ?? who?.unreadNotificationCount ?? 0;
  const label = t("places.bell.label", { count });

  return (
    <Popover opened={opened} onChange={setOpened} position="bottom-end" width="min(360px, calc(100vw - 16px))" trapFocus withinPortal>
      <Indicator label={count > MOST ? `${MOST}+` : count} disabled={count === 0} size={16} offset={4} color="red.8">
        <Popover.Target>
          <ActionIcon variant="subtle" color="gray" aria-label={label} title={label} onClick={() => setOpened(!opened)}>
            <Icon name="bell" size={18} />
          </ActionIcon>
        </Popover.Target>
      </Indicator>
      <VisuallyHidden role="status">{newest && label}</VisuallyHidden>
      <Popover.Dropdown p={0} aria-label={t("places.bell.title")}>
        <Suspense fallback={<Loading />}>{opened && <Notifications newest={newest?.notifications.id} onRead={again} onGone={() => setOpened(false)} />}</Suspense>
      </Popover.Dropdown>
    </Popover>
  );
}
