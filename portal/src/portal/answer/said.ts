// What the server says is wrong, in the reader's language: in English its own words, which are the most exact; in another
// language ours, by the code and the field, where there are any.
import i18next from "i18next";

type Told = { code?: unknown; message: string; path?: readonly string[] };

export function said({ code, message, path = [] }: Told): string {
  const ours = (key: string) => i18next.getResource(i18next.language, "errors", key) as string | undefined;
  return ours(`${code}/${path.at(-1)}`) ?? ours(`${code}`) ?? message;
}
