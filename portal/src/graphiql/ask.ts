// One GraphQL operation over HTTP, by whoever the session cookie says.

const HEADERS = {
  Accept: "application/graphql-response+json, application/json",
  "Content-Type": "application/json",
  // The server takes the cookie only beside this header, which no other site can send.
  "X-Tenantry-Client": "graphiql",
};

export type Answer<Data> = {
  data?: Data | null;
  errors?: { message: string }[];
  extensions?: Record<string, unknown>;
};

/** Sends an operation as GraphiQL hands it over and answers the server's JSON, whatever its status. */
export async function send<Data>(operation: object, headers?: Record<string, string>): Promise<Answer<Data>> {
  const response = await fetch("/graphql", {
    method: "POST",
    credentials: "same-origin",
    headers: { ...headers, ...HEADERS },
    body: JSON.stringify(operation),
  });
  return response.json();
}

/** The data of an operation; throws the server's own words where there is none. */
export async function ask<Data>(query: string, variables?: object): Promise<Data> {
  const { data, errors } = await send<Data>({ query, variables });
  if (!data) throw new Error(errors?.[0]?.message ?? "The server gave no answer.");
  return data;
}
