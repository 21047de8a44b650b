// Sums of exact amounts of one currency, without a float in between.
import type { Amount } from "../answer/formats";

/** Undefined for no amounts. */
export function sum(amounts: readonly Amount[]): Amount | undefined {
  const [first] = amounts;
  if (!first) return undefined;
  const digits = Math.max(...amounts.map(({ amount }) => (amount.split(".")[1] ?? "").length));
  return { amount: text(amounts.reduce((total, { amount }) => total + minor(amount, digits), 0n), digits), currency: first.currency };
}

/** What `to` is more than `from`; negative where it is less. */
export function difference(from: Amount | null | undefined, to: Amount): Amount {
  if (!from) return to;
  const less = from.amount.startsWith("-") ? from.amount.slice(1) : `-${from.amount}`;
  return sum([to, { ...from, amount: less }]) ?? to;
}

function minor(amount: string, digits: number): bigint {
  const [whole = "0", rest = ""] = amount.split(".");
  return BigInt(whole.replace("-", "") + rest.padEnd(digits, "0")) * (amount.startsWith("-") ? -1n : 1n);
}

function text(minor: bigint, digits: number): string {
  const figures = (minor < 0n ? -minor : minor).toString().padStart(digits + 1, "0");
  const cut = figures.length - digits;
  return `${minor < 0n ? "-" : ""}${figures.slice(0, cut)}${digits ? `.${figures.slice(cut)}` : ""}`;
}
