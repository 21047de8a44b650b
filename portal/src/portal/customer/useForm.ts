// Whether the form of a part of the page is open: its address says so, so that a menu elsewhere can lead straight to it.
import { useLocation, useSearch } from "wouter";

const OPEN = "form";

/** The address of a part with its form open. */
export function withForm(address: string): string {
  return `${address}?${OPEN}`;
}

export function useForm(): [opened: boolean, turn: (open: boolean) => void] {
  const [path, go] = useLocation();
  const opened = new URLSearchParams(useSearch()).has(OPEN);
  return [opened, (open) => go(open ? withForm(path) : path, { replace: true })];
}
