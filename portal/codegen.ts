import type { CodegenConfig } from "@graphql-codegen/cli";

// The types of every operation of the portal, from the committed schema.
const config: CodegenConfig = {
  schema: "../schema.graphql",
  documents: ["src/portal/**/*.{ts,tsx}", "!src/portal/gql/**"],
  generates: {
    "./src/portal/gql/": {
      preset: "client",
      presetConfig: { fragmentMasking: false },
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
