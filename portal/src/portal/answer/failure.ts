// Why a change was not answered at all, in the server's words where it has any.
import type { TFunction } from "i18next";
import type { CombinedError } from "urql";

export function failureOf(error: CombinedError | undefined, t: TFunction): string | undefined {
  return error && (error.graphQLErrors[0]?.message ?? t("answer.failed.network"));
}
