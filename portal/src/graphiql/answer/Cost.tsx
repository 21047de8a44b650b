// What the answer cost of the viewer's allowance, and which fields it went to.
import { pick, useGraphiQL } from "@graphiql/react";
import { useEffect, useState } from "react";

import { ask } from "../ask";
import type { Extensions } from "../context";
import { Path } from "./Path";

type Costs = Record<string, unknown> & { requested?: number; limit?: number; remaining?: number };
type Share = { path: string; points: number };

export const costOf = (extensions?: Extensions) => extensions?.cost as Costs | undefined;

const WORDS: Record<string, string> = {
  requested: "This operation",
  nodes: "Objects at most",
  maximum: "One operation at most",
  limit: "Your allowance",
  remaining: "Left of it",
  restoreRate: "Comes back each second",
};

// Free of charge, and the operation is not run again.
const ESTIMATE = `query Estimate($document: String!, $variables: JSON, $operationName: String) {
  estimateCost(document: $document, variables: $variables, operationName: $operationName) { perField { path points } }
}`;

export function Cost({ extensions }: { extensions?: Extensions }) {
  const cost = costOf(extensions);
  const shares = useShares(cost);
  if (!extensions) return <p>Run a query to see what it costs of your allowance.</p>;
  if (!cost) return <p>The server told no cost of this answer.</p>;
  return (
    <>
      {typeof cost.limit === "number" && typeof cost.remaining === "number" && (
        <meter min={0} max={cost.limit} value={cost.remaining} aria-label={WORDS.remaining} />
      )}
      <dl className="answer-figures">
        {Object.entries(cost).map(([name, value]) => (
          <div key={name}>
            <dt>{WORDS[name] ?? name}</dt>
            <dd>{typeof value === "number" ? value.toLocaleString() : JSON.stringify(value)}</dd>
          </div>
        ))}
      </dl>
      {shares.length > 0 && <PerField shares={shares} />}
    </>
  );
}

function PerField({ shares }: { shares: Share[] }) {
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
        {shares.map(({ path, points }) => (
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

/** What each field of the tab's operation adds, asked anew with each answer. */
function useShares(cost: Costs | undefined): Share[] {
  const { tabs, activeTabIndex } = useGraphiQL(pick("tabs", "activeTabIndex"));
  const { query, variables, operationName } = tabs[activeTabIndex]!;
  const [shares, setShares] = useState<Share[]>([]);
  useEffect(() => {
    let overtaken = false;
    setShares([]);
    if (cost) {
      shared({ document: query, variables: parsed(variables), operationName }).then(
        (found) => !overtaken && setShares(found),
        () => undefined, // what has been typed since need not be an operation
      );
    }
    return () => {
      overtaken = true;
    };
    // Only a new answer asks, not each letter that is typed after it.
  }, [cost]);
  return shares;
}

async function shared(operation: object): Promise<Share[]> {
  const { estimateCost } = await ask<{ estimateCost: { perField: Share[] } }>(ESTIMATE, operation);
  return estimateCost.perField;
}

function parsed(variables: string | null | undefined): unknown {
  try {
    return variables ? JSON.parse(variables) : undefined;
  } catch {
    return undefined;
  }
}
