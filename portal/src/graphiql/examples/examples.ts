// The queries of docs/examples: each says in its head what it shows and whose it is.

export type Example = { title: string; email: string; about: string; query: string };

const FILES = import.meta.glob<string>("../../../../docs/examples/*.graphql", { query: "?raw", import: "default", eager: true });

export const EXAMPLES = Object.entries(FILES)
  .sort(([one], [other]) => (one < other ? -1 : 1))
  .map(([, text]) => read(text));

/** What the editor holds at somebody's first visit. */
export const FIRST = EXAMPLES[0]!.query;

/** Those of each person, in the order of the files. */
export const BY_PERSON = [...new Set(EXAMPLES.map(({ email }) => email))].map((email) => ({
  email,
  examples: EXAMPLES.filter((example) => example.email === email),
}));

function read(text: string): Example {
  const [title = "", email = "", about = ""] = text.split("\n").map((line) => line.slice(2));
  return { title, email, about, query: text };
}
