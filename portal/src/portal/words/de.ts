// Every German text of the portal; one that is missing fails the build.
import { answer } from "./de/answer";
import { customer } from "./de/customer";
import { customers } from "./de/customers";
import { people } from "./de/people";
import { places } from "./de/places";
import { shell } from "./de/shell";
import type { en, WordsLike } from "./en";

export { errors } from "./de/errors";

export const de: WordsLike<typeof en> = { answer, customer, customers, people, places, shell };
