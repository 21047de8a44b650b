// How many notifications are unread, and what they say.
import { useStanding } from "./who";

export function NotificationsBell() {
  const { who } = useStanding();
  return <span hidden>{who?.currentTenant?.name}</span>;
}
