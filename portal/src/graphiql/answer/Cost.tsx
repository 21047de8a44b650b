// What the answer cost of the viewer's allowance: whatever the server tells of it.
import type { Extensions } from "../context";
import { Path } from "./Path";

type Costs = Record<string, unknown> & { requested?: number; limit?: number; remaining?: number };

export const costOf = (extensions?: Extensions) => extensions?.cost as Costs | undefined;

const WORDS: Record<string, string> = {
  requested: "This operation",
  limit: "Your allowance",
  remaining: "Left of it",
  restoreRate: "Comes back each second",
};

export function Cost({ extensions }: { extensions?: Extensions }) {
  const cost = costOf(extensions);
  if (!extensions) return <p>Run a query to see what it costs of your allowance.</p>;
  if (!cost) return <p>The server told no cost of this answer.</p>;
  const { perField, ...figures } = cost;
  return (
    <>
      {typeof cost.limit === "number" && typeof cost.remaining === "number" && (
        <meter min={0} max={cost.limit} value={cost.remaining} aria-label={WORDS.remaining} />
      )}
      <dl className="answer-figures">
        {Object.entries(figures).map(([name, value]) => (
          <div key={name}>
            <dt>{WORDS[name] ?? name}</dt>
            <dd>{typeof value === "number" ? value.toLocaleString() : JSON.stringify(value)}</dd>
          </div>
        ))}
      </dl>
      {Array.isArray(perField) && <PerField fields={perField} />}
    </>
  );
}

function PerField({ fields }: { fields: { path: string; points: number }[] }) {
  return (
    <table>
      <thead>
        <tr>
          <th scope="col">Field</th>
          <th scope="col" className="answer-number">
            Points
          </th>
        </tr>
      </thead>
      <tbody>
        {fields.map(({ path, points }) => (
          <tr key={path}>
            <td>
              <Path>{path}</Path>
            </td>
            <td className="answer-number">{points.toLocaleString()}</td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}
