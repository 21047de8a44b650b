// A typed program: the compiler proves its types, and a server that answers only its documents runs it.
import assert from 'node:assert/strict'
import test from 'node:test'
import type { TypedDocumentNode } from '@graphql-typed-document-node/core'
import { graphql } from './gql/index.js'
import type { Customer as AnyCustomer, Invoice, Scalars, Service } from './schema.js'

type IsAny<T> = 0 extends 1 & T ? true : false
type AnyOf<T> = { [K in keyof T]-?: IsAny<T[K]> extends true ? K : never }[keyof T]
type Holds<T extends true> = T
type Same<A, B> = [A] extends [B] ? ([B] extends [A] ? true : false) : false

// -- what the compiler proves

type Inputs = { [K in keyof Scalars]: Scalars[K]['input'] }
type Outputs = { [K in keyof Scalars]: Scalars[K]['output'] }
export type NoScalarIsAny = Holds<Same<AnyOf<Inputs> | AnyOf<Outputs>, never>>
export type NoFieldIsAny = Holds<Same<AnyOf<AnyCustomer> | AnyOf<Invoice> | AnyOf<Service>, never>>
export type TheCheckSeesAny = Holds<Same<AnyOf<{ a: any; b: string }>, 'a'>>

const SignIn = graphql(`
  mutation SignIn($input: SignInInput!) { signIn(input: $input) { token userErrors { code message path } } }
`)
const Customers = graphql(`
  query Customers($search: String) {
    customers(search: $search) {
      nodes { id name status createdAt website country mrr { amount currency formatted(locale: "de") } }
    }
  }
`)
const Me = graphql(`query Me { viewer { user { email } } }`)

type Result<D> = D extends TypedDocumentNode<infer R, infer _> ? R : never
type Customer = Result<typeof Customers>['customers']['nodes'][number]
export type MoneyMayBeWithheld = Holds<Same<Extract<Customer['mrr'], null>, null>>
export type AmountsAreText = Holds<Same<NonNullable<Customer['mrr']>['amount'], string>>
export type MomentsAreText = Holds<Same<Customer['createdAt'], string>>
export type NamesAreThere = Holds<Same<Customer['name'], string>>

// -- what the server answers

const { url, person, password } = JSON.parse(process.env.WORLD!) as Record<string, string>
let token = ''

type Answer<R> = { data: R, errors?: { extensions: { code: string } }[] }

/** Names the document by the hash that was generated with its types. */
async function ask<R, V>(document: TypedDocumentNode<R, V>, variables: V, more: object = {}): Promise<Answer<R>> {
  const { hash: documentId } = (document as unknown as { __meta__: { hash: string } }).__meta__
  const response = await fetch(url!, {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...(token && { authorization: `Bearer ${token}` }) },
    body: JSON.stringify({ documentId, variables, ...more }),
  })
  return await response.json() as Answer<R>
}

test('a person signs in by a document that is only named', async () => {
  const { data } = await ask(SignIn, { input: { email: person!, password: password! } })
  token = data.signIn.token!
  assert.deepEqual(data.signIn.userErrors, [])
})

test('the answer is as its types say', async () => {
  const { data } = await ask(Customers, { search: 'Acme' })
  const [acme] = data.customers.nodes
  assert.equal(acme!.name, 'Acme Corporation')
  assert.equal(typeof acme!.mrr!.amount, 'string')
  assert.match(acme!.createdAt, /^\d{4}-\d\d-\d\dT/)
  // @ts-expect-error: an amount is text, and no number by mistake
  const wrong: number = acme!.mrr!.amount
  assert.equal(typeof wrong, 'string')
})

test('variables are checked by the compiler and by the server', async () => {
  // @ts-expect-error: a search is text
  const { errors } = await ask(Customers, { search: 1 })
  assert.equal(errors![0]!.extensions.code, 'VARIABLES_INVALID')
})

test('another document than the generated ones is refused', async () => {
  const { errors } = await ask(Me, {}, { documentId: undefined, query: '{ viewer { user { email } } }' })
  assert.equal(errors![0]!.extensions.code, 'DOCUMENT_NOT_TRUSTED')
  assert.equal((await ask(Me, {})).data.viewer!.user!.email, person)
})
