// Wie en/people.ts, auf Deutsch.
import type { WordsLike } from "../en";
import type { people as english } from "../en/people";

export const people: WordsLike<typeof english> = {
  title: "Personen",
  account: { title: "Konto" },
};
