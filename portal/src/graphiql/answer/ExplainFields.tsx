// What decided on each guarded field.
import { Path } from "./Path";

export type Decided = { capability: string; held: string; by?: string; given?: string[] };
export type FieldDecided = Decided & { path: string; when?: string; otherwise?: string };

export function Fields({ fields }: { fields: FieldDecided[] }) {
  if (!fields.length) return null;
  return (
    <section>
      <h2>Guarded fields</h2>
      <table>
        <thead>
          <tr>
            <th scope="col">Field</th>
            <th scope="col">Takes</th>
            <th scope="col">Held</th>
          </tr>
        </thead>
        <tbody>
          {fields.map((field) => (
            <tr key={field.path}>
              <td>
                <Path>{field.path}</Path>
              </td>
              <td>
                <code>{field.capability}</code>
              </td>
              <td>
                {how(field)}
                {field.when && (
                  <small>
                    where {field.when}, else {field.otherwise}
                  </small>
                )}
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </section>
  );
}

/** How it is known whether the viewer holds the capability. */
export function how({ held, by, given }: Decided): string {
  const follows = given?.length ? `, as ${given.join(", ")} is held there` : "";
  return `${held.toLowerCase()}${by ? `, by ${by.toLowerCase()}` : ""}${follows}`;
}
