// Billing months by which invoices are filtered.

/** The latest `count`, newest first, and `chosen` where it is older or yet to come. */
export function latestMonths(count: number, chosen?: string, today = new Date()): string[] {
  const months = Array.from({ length: count }, (_, n) => {
    const first = new Date(Date.UTC(today.getFullYear(), today.getMonth() - n, 1));
    return first.toISOString().slice(0, 7);
  });
  return chosen && !months.includes(chosen) ? [...months, chosen].sort().reverse() : months;
}
