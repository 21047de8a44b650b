// Wie en/customers.ts, auf Deutsch.
import type { WordsLike } from "../en";
import type { customers as english } from "../en/customers";

export const customers: WordsLike<typeof english> = {
  title: "Kunden",
};
