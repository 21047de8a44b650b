// Through which door the rows of each object, list and page were seen, and what was bound into the statement.
import { how, type Decided } from "./ExplainFields";
import { Path } from "./Path";

export type RowsFound = {
  path: string;
  type: string;
  shape: string;
  table?: string;
  door?: Decided;
  found?: string;
  conditions?: string[];
  order?: string[];
  rows?: number;
};
export type Parameter = { name: string; from: string; kind: string };

export function Rows({ rows }: { rows: RowsFound[] }) {
  if (!rows.length) return null;
  return (
    <section>
      <h2>Rows, and who may see them</h2>
      <table>
        <thead>
          <tr>
            <th scope="col">What</th>
            <th scope="col">Door</th>
            <th scope="col">Conditions and order</th>
            <th scope="col" className="answer-number">
              Rows
            </th>
          </tr>
        </thead>
        <tbody>
          {rows.map((each, n) => (
            <tr key={n}>
              <td>
                <Path>{each.path}</Path>
                <small>
                  {each.shape.toLowerCase()} of {each.type}
                  {each.found && `, found ${each.found.toLowerCase()}`}
                </small>
              </td>
              <td>
                {each.door ? <code>{each.door.capability}</code> : "open"}
                {each.door && <small>{how(each.door)}</small>}
              </td>
              <td>
                {each.conditions?.map((condition) => (
                  <code key={condition} className="answer-condition">
                    {condition}
                  </code>
                ))}
                {each.order?.length ? <small>by {each.order.join(", ")}</small> : null}
              </td>
              <td className="answer-number">{each.rows}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </section>
  );
}

export function Parameters({ parameters }: { parameters: Parameter[] }) {
  if (!parameters.length) return null;
  return (
    <section>
      <h2>Parameters: where each comes from, never its value</h2>
      <table>
        <tbody>
          {parameters.map(({ name, from, kind }) => (
            <tr key={name}>
              <th scope="row">
                <code>{name}</code>
              </th>
              <td>{from}</td>
              <td>{kind}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </section>
  );
}
