// What the programs share: the world that the test hands over, signing in, and waiting.
export const world = JSON.parse(process.env.WORLD)
export const url = world.url
export const socketUrl = url.replace(/^http/, 'ws')

/** A session's token. */
export async function signIn(email) {
  const { data } = await ask(
    'mutation($input: SignInInput!) { signIn(input: $input) { token userErrors { message } } }',
    { input: { email, password: world.password } })
  return data.signIn.token
}

/** One request, as it is without a client. */
export async function ask(query, variables, token) {
  const response = await fetch(url, {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...(token && bearer(token)) },
    body: JSON.stringify({ query, variables }),
  })
  return response.json()
}

export const bearer = (token) => ({ authorization: `Bearer ${token}` })

/** Waits until `found` gives something, and returns it. */
export async function until(found, seconds = 20) {
  const end = Date.now() + seconds * 1000
  for (;;) {
    const value = found()
    if (value) return value
    if (Date.now() > end) throw new Error(`nothing came within ${seconds} s: ${found}`)
    await new Promise((resolve) => setTimeout(resolve, 10))
  }
}

const NOTE = 'mutation($input: UpdateCustomerInput!) { updateCustomer(input: $input) { userErrors { message } } }'

/** Changes a customer now and then until something is `found`, which is returned. */
export async function changing({ id }, token, found) {
  let number = 0
  const again = setInterval(() => {
    number += 1
    ask(NOTE, { input: { customerId: id, description: `note ${number} of ${Date.now()}` } }, token)
  }, 300)
  try {
    return await until(found)
  } finally {
    clearInterval(again)
  }
}
