// How a frontend generates its types: every scalar of the schema is named, and none is `any`.
import type { CodegenConfig } from '@graphql-codegen/cli'

const config: CodegenConfig = {
  schema: 'schema.graphql',
  documents: 'program.ts',
  importExtension: '.js',
  config: {
    strictScalars: true,
    useTypeImports: true,
    enumsAsTypes: true,
    scalars: {
      BillingMonth: 'string',
      CountryCode: 'string',
      Date: 'string',
      DateTime: 'string',
      Decimal: 'string',
      EmailAddress: 'string',
      JSON: 'unknown',
      LanguageTag: 'string',
      PhoneNumber: 'string',
      URL: 'string',
    },
  },
  generates: {
    './gql/': {
      preset: 'client',
      presetConfig: { persistedDocuments: { hashAlgorithm: 'sha256' } },
    },
    './schema.ts': { plugins: ['typescript'] },
  },
}
export default config
