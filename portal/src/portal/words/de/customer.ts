// Wie en/customer.ts, auf Deutsch.
import type { WordsLike } from "../en";
import type { customer as english } from "../en/customer";

export const customer: WordsLike<typeof english> = {
  title: "Kunde",
};
