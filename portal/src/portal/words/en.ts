// Every English text of the portal, a part for each folder.
import { answer } from "./en/answer";
import { customer } from "./en/customer";
import { customers } from "./en/customers";
import { people } from "./en/people";
import { places } from "./en/places";
import { shell } from "./en/shell";

export const en = { answer, customer, customers, people, places, shell } as const;

/** The same keys with any text: what another language must have. */
export type WordsLike<Part> = { [Key in keyof Part]: Part[Key] extends string ? string : WordsLike<Part[Key]> };
