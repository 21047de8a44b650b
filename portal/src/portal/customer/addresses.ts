// The addresses of a customer's page, its parts, and what stands in them.
export const PARTS = ["dashboard", "services", "contracts", "invoices", "users", "activity", "contacts"] as const;
export type Part = (typeof PARTS)[number];

/** `item` is a contract's or an invoice's id; `period` a billing month by which invoices are filtered. */
export function addressOf(customer: string, part: Part = "dashboard", item?: string, period?: string): string {
  const path = ["/customers", customer, ...(part === "dashboard" ? [] : [part]), ...(item ? [item] : [])].join("/");
  return period ? `${path}?period=${period}` : path;
}

export function partOf(name: string | undefined): Part | undefined {
  return name === undefined ? "dashboard" : PARTS.find((part) => part === name);
}
