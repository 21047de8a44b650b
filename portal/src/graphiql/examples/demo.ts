// The people of the demo story, whom the server names to this page where they are to be found.

type Person = { email: string; role: string; tenant: string };
type Demo = { password: string; people: Person[] };

const told = document.querySelector<HTMLMetaElement>('meta[name="demo"]')?.content;
const { password, people }: Demo = told?.startsWith("{") ? JSON.parse(told) : { password: "", people: [] };

/** The password that they all have. */
export const PASSWORD = password;

/** Undefined for whoever is not at this server. */
export const personOf = (email: string) => people.find((person) => person.email === email);
