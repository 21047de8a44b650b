// How the portal says which operation it asks for: by its text, or by its hash where the server answers only those of its list.
import { makeOperation, mapExchange, type Operation } from "urql";

/** The server says in the page whether it answers `any` documents or those `listed`. */
const LISTED = document.querySelector<HTMLMetaElement>('meta[name="documents"]')?.content === "listed";

/** What codegen leaves in each document: its hash, which is its id on the list. */
type Hashed = { __meta__?: { hash?: string } };

function named(operation: Operation): Operation {
  const { hash } = (operation.query as Hashed).__meta__ ?? {};
  return hash ? makeOperation(operation.kind, { ...operation, query: { kind: operation.query.kind, definitions: [], documentId: hash } as never }, operation.context) : operation;
}

/** Beneath the cache, which looks at the documents. */
export const documents = mapExchange(LISTED ? { onOperation: named } : {});
