// The tenant in which the viewer stands, and the way into others.
import { useStanding } from "./who";

export function TenantSwitcher() {
  const { who } = useStanding();
  return <span hidden>{who?.currentTenant?.name}</span>;
}
