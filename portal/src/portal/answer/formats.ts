// Money, figures and dates as the reader's language writes them.
import { useMemo } from "react";
import { useTranslation } from "react-i18next";

import { useStanding } from "../shell/who";

export type Amount = { amount: string; currency: string };

export function useFormats() {
  const { i18n } = useTranslation();
  const timeZone = useStanding().who?.user?.timeZone ?? undefined;
  return useMemo(() => formats(i18n.language, timeZone), [i18n.language, timeZone]);
}

/** Moments are told in the time zone that the reader chose, or else in that of their device. */
function formats(language: string, timeZone: string | undefined) {
  const figure = new Intl.NumberFormat(language);
  const percent = new Intl.NumberFormat(language, { style: "percent", maximumFractionDigits: 0 });
  const day = new Intl.DateTimeFormat(language, { dateStyle: "medium", timeZone });
  const dayOnly = new Intl.DateTimeFormat(language, { dateStyle: "medium", timeZone: "UTC" });
  const moment = new Intl.DateTimeFormat(language, { dateStyle: "medium", timeStyle: "short", timeZone });
  const time = new Intl.DateTimeFormat(language, { timeStyle: "short", timeZone });
  const month = new Intl.DateTimeFormat(language, { month: "long", year: "numeric", timeZone: "UTC" });
  const country = new Intl.DisplayNames(language, { type: "region" });
  const money = new Map<string, Intl.NumberFormat>();
  return {
    /** The API tells amounts as exact text, which is formatted as it is and never becomes a float. */
    money({ amount, currency }: Amount): string {
      const known = money.get(currency) ?? new Intl.NumberFormat(language, { style: "currency", currency });
      money.set(currency, known);
      return known.format(amount as `${number}`);
    },
    /** The name of a country by its code. */
    country: (code: string) => country.of(code) ?? code,
    figure: (value: number) => figure.format(value),
    /** From 0 to 1. */
    percent: (share: number) => percent.format(share),
    /** The day of a moment, where the reader is. */
    day: (moment: string) => day.format(new Date(moment)),
    /** A calendar day, which is the same everywhere. */
    date: (date: string) => dayOnly.format(new Date(`${date}T00:00:00Z`)),
    /** The time of day of a moment, where the reader is. */
    time: (value: string) => time.format(new Date(value)),
    moment: (value: string) => moment.format(new Date(value)),
    month: (billingMonth: string) => month.format(new Date(`${billingMonth}-01T00:00:00Z`)),
  };
}

export type Formats = ReturnType<typeof formats>;
