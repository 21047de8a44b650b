// A mutation as a form wants it: busy, what was wrong and where, and whether somebody else was faster.
import type { TypedDocumentNode } from "@graphql-typed-document-node/core";
import type { TFunction } from "i18next";
import { useCallback, useState } from "react";
import { useTranslation } from "react-i18next";
import { useMutation, type AnyVariables, type CombinedError } from "urql";

import { failureOf } from "../answer/failure";
import { said } from "../answer/said";
import type { ErrorCode } from "../gql/graphql";

export type Problem = { code: ErrorCode | "FAILED"; message: string; path: readonly string[] };
type Payload = { userErrors: readonly Problem[] };

export type Change<Variables, Outcome> = {
  /** The payload where it was done, undefined where it was not. */
  run: (variables: Variables) => Promise<Outcome | undefined>;
  busy: boolean;
  problems: readonly Problem[];
  forget: () => void;
};

export function useChange<Data, Variables extends AnyVariables, Outcome extends Payload>(
  mutation: TypedDocumentNode<Data, Variables>,
  of: (data: Data) => Outcome,
): Change<Variables, Outcome> {
  const { t } = useTranslation();
  const [{ fetching }, send] = useMutation(mutation);
  const [problems, setProblems] = useState<readonly Problem[]>([]);
  const forget = useCallback(() => setProblems([]), []);

  async function run(variables: Variables): Promise<Outcome | undefined> {
    setProblems([]);
    const { data, error } = await send(variables);
    const payload = data && of(data);
    if (payload && payload.userErrors.length === 0) return payload;
    setProblems(payload ? payload.userErrors : [failed(error, t)]);
    return undefined;
  }
  return { run, busy: fetching, problems, forget };
}

/** A value that is no telephone number, say, fails the whole request; the server's words name it all the same. */
function failed(error: CombinedError | undefined, t: TFunction): Problem {
  const [, path, message] = /has invalid value at \.([\w.]+): (.+)$/s.exec(error?.graphQLErrors[0]?.message ?? "") ?? [];
  return path && message ? { code: "FAILED", message, path: path.split(".") } : { code: "FAILED", message: failureOf(error, t) ?? t("answer.failed.network"), path: [] };
}

/** What is wrong with the value to which the last steps of a path lead, such as "products", "0", "name". */
export function problemAt(problems: readonly Problem[], ...steps: string[]): string | undefined {
  const found = problems.filter(({ path }) => ends(path, steps));
  return found.length ? found.map(said).join(" ") : undefined;
}

/** The problems that none of the fields shows. */
export function problemsBeside(problems: readonly Problem[], ...fields: string[][]): readonly Problem[] {
  return problems.filter(({ path }) => !fields.some((steps) => ends(path, steps)));
}

function ends(path: readonly string[], steps: string[]): boolean {
  return steps.length > 0 && steps.every((step, n) => path[path.length - steps.length + n] === step);
}
