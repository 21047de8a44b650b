// Why something was not answered at all: in the reader's language where the code says enough, else in the server's words.
import type { TFunction } from "i18next";
import type { CombinedError } from "urql";

export function failureOf(error: CombinedError | undefined, t: TFunction): string | undefined {
  if (!error) return undefined;
  const [first] = error.graphQLErrors;
  if (!first) return t("answer.failed.network");
  const say = t as (key: string, options: { defaultValue: string; message: string }) => string;
  return say(`answer.requests.${String(first.extensions.code)}`, { defaultValue: first.message, message: first.message });
}
