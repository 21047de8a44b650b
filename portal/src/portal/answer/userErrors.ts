// What a mutation's userErrors say, sorted to the fields of a form.
import { said } from "./said";

type UserError = { code: string; message: string; path: readonly string[] };

export type FieldErrors = {
  /** What is wrong with the field of this name, to be shown beside it. */
  at: (field: string) => string | undefined;
  /** What is wrong with none of the form's fields, such as the two of a sign-in together. */
  rest: string | undefined;
};

/** `fields` are those that the form shows; what concerns another one is in `rest`. */
export function fieldErrors(errors: readonly UserError[] | undefined, fields: readonly string[] = []): FieldErrors {
  const found = errors ?? [];
  const fieldOf = ({ path }: UserError) => path.find((step) => fields.includes(step));
  const say = (some: UserError[]) => (some.length ? some.map(said).join(" ") : undefined);
  return {
    at: (field) => say(found.filter((error) => fieldOf(error) === field)),
    rest: say(found.filter((error) => fieldOf(error) === undefined)),
  };
}
