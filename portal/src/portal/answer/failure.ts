// Why a change was not answered at all, in the server's words where it has any.
import type { TFunction } from "i18next";
import type { CombinedError } from "urql";

import { said } from "./said";

export function failureOf(error: CombinedError | undefined, t: TFunction): string | undefined {
  if (!error) return undefined;
  const [first] = error.graphQLErrors;
  return first ? said({ code: first.extensions.code, message: first.message }) : t("answer.failed.network");
}
