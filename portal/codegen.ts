import type { CodegenConfig } from "@graphql-codegen/cli";
import { Kind, visit, type DocumentNode, type SelectionSetNode } from "graphql";

/** With the type of each object, as urql asks for it: what is listed must answer the cache as well. */
function withTypes(document: DocumentNode): DocumentNode {
  return visit(document, {
    SelectionSet(node, _key, parent): SelectionSetNode | undefined {
      const root = parent && "kind" in parent && parent.kind === Kind.OPERATION_DEFINITION;
      const there = node.selections.some((each) => each.kind === Kind.FIELD && each.name.value === "__typename");
      return root || there ? undefined : { ...node, selections: [...node.selections, { kind: Kind.FIELD, name: { kind: Kind.NAME, value: "__typename" } }] };
    },
  });
}

// The types of every operation of the portal, from the committed schema.
const config: CodegenConfig = {
  schema: "../schema.graphql",
  documents: ["src/portal/**/*.{ts,tsx}", "!src/portal/gql/**"],
  generates: {
    "./src/portal/gql/": {
      preset: "client",
      // The list of documents for servers that answer no others; the portal names them by their hashes.
      presetConfig: { fragmentMasking: false, persistedDocuments: { hashAlgorithm: "sha256" } },
      documentTransforms: [{ transform: ({ documents }) => documents.map((file) => ({ ...file, ...(file.document && { document: withTypes(file.document) }) })) }],
      config: {
        useTypeImports: true,
        enumsAsTypes: true,
        strictScalars: true,
        scalars: {
          BillingMonth: "string",
          CountryCode: "string",
          Date: "string",
          DateTime: "string",
          Decimal: "string",
          EmailAddress: "string",
          JSON: "unknown",
          LanguageTag: "string",
          PhoneNumber: "string",
          URL: "string",
        },
      },
    },
  },
};

export default config;
