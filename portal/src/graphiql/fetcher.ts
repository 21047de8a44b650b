// How GraphiQL reaches the API: operations by POST, subscriptions by WebSocket, both naming the tenant in which one acts.
import type { Fetcher, FetcherParams } from "@graphiql/toolkit";
import { getOperationAST, parse, type FormattedExecutionResult, type OperationTypeNode } from "graphql";
import { createClient } from "graphql-ws";

import { send } from "./ask";
import type { Extensions } from "./context";

type Result = Awaited<ReturnType<Fetcher>>;

export type Connection = { fetcher: Fetcher; close: () => void };

type Options = {
  tenant: string | undefined;
  explains: () => boolean;
  /** Told the extensions of each answer, and whether the session may be another one after it. */
  onAnswer: (extensions: Extensions, unsettled: boolean) => void;
};

export function connect({ tenant, explains, onAnswer }: Options): Connection {
  const address = new URL("/graphql", location.href);
  address.protocol = address.protocol.replace("http", "ws");
  // The browser sends the session's cookie with the handshake.
  const socket = createClient({ url: address.href, lazy: true, retryAttempts: 0, connectionParams: { tenant } });

  function told<Answer extends { data?: unknown; extensions?: Extensions }>(answer: Answer, kind?: OperationTypeNode): Answer {
    const { explain, ...shown } = answer.extensions ?? {};
    onAnswer(answer.extensions ?? {}, kind === "mutation" || !answer.data);
    // Hundreds of lines of SQL would bury the data; the panel under it shows them.
    return explain ? { ...answer, extensions: Object.keys(shown).length ? shown : undefined } : answer;
  }

  async function* events(operation: FetcherParams): AsyncGenerator<FormattedExecutionResult<Record<string, unknown>, Extensions>> {
    const asked = { ...operation, variables: operation.variables as Record<string, unknown> | undefined };
    try {
      for await (const event of socket.iterate<Record<string, unknown>, Extensions>(asked)) yield told(event);
    } catch (problem) {
      throw problem instanceof CloseEvent ? new Error(problem.reason || `The connection ended (${problem.code}).`) : problem;
    }
  }

  const fetcher: Fetcher = async (given, options) => {
    if (given.operationName === "IntrospectionQuery") return (await send(given)) as Result;
    const { operation, kind } = settled(given);
    if (kind === "subscription") return events(operation) as unknown as Result;
    const asked = explains() ? { ...operation, extensions: { explain: true } } : operation;
    return told(await send(asked, named(tenant, options?.headers)), kind) as Result;
  };
  return { fetcher, close: () => void socket.dispose() };
}

/** The headers with the tenant in which this page believes to act, unless they have a session of their own. */
function named(tenant: string | undefined, headers: Record<string, string> = {}): Record<string, string> {
  const own = Object.keys(headers).some((name) => name.toLowerCase() === "authorization");
  return own || !tenant ? headers : { "X-Tenantry-Tenant": tenant, ...headers };
}

/** GraphiQL reads what was typed with a delay: the name that it gives may be of an operation that is not there any more. */
function settled(given: FetcherParams): { operation: FetcherParams; kind?: OperationTypeNode } {
  try {
    const document = parse(given.query);
    const named = getOperationAST(document, given.operationName);
    const only = named ?? getOperationAST(document);
    return only ? { operation: { ...given, operationName: only.name?.value }, kind: only.operation } : { operation: given };
  } catch {
    return { operation: given }; // the server says what is wrong with it
  }
}
