// The banner while somebody acts in another tenant, and the way back.
import { useStanding } from "./who";

export function ActingBanner() {
  const { who } = useStanding();
  return <span hidden>{who?.currentTenant?.name}</span>;
}
