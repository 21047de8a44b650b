// The page: the bar, and GraphiQL under it.
import { explorerPlugin } from "@graphiql/plugin-explorer";
import type { Fetcher } from "@graphiql/toolkit";
import { GraphiQL, HISTORY_PLUGIN } from "graphiql";
import { useCallback, useEffect, useState } from "react";

import { send } from "./ask";
import { Bar } from "./Bar";
import { currentViewer, type Viewer } from "./session";

const PLUGINS = [explorerPlugin(), HISTORY_PLUGIN];

const EXAMPLE = `# Sign in above, then press Ctrl+Enter.
{
  customers(first: 10) {
    totalCount
    nodes {
      id
      name
      status
      mrr {
        formatted
      }
      primaryAdmin {
        displayName
      }
    }
  }
}
`;

export function Page() {
  const [viewer, setViewer] = useState<Viewer | null>();
  const [visit, setVisit] = useState(0);

  const lookAgain = useCallback(async () => setViewer(await currentViewer().catch(() => null)), []);
  useEffect(() => void lookAgain(), [lookAgain]);

  // A new editor for a new viewer: what the last one was shown must not stay on the page.
  async function begin() {
    await lookAgain();
    setVisit((visits) => visits + 1);
  }

  const fetcher = useCallback<Fetcher>(
    async (operation, options) => {
      const answer = await send(operation, options?.headers);
      // An operation may itself sign in, sign out or switch tenant, or come after the session's end.
      if (/\bmutation\b/.test(operation.query) || !answer.data) await lookAgain();
      return answer as Awaited<ReturnType<Fetcher>>;
    },
    [lookAgain],
  );

  return (
    <>
      <Bar viewer={viewer} onChange={begin} />
      <main>
        {/* Not before the server knows the viewer: it drops the cookie of a session that is over. */}
        {viewer !== undefined && (
          <GraphiQL
            key={visit}
            fetcher={fetcher}
            plugins={PLUGINS}
            defaultQuery={EXAMPLE}
            shouldPersistHeaders={false}
          >
            <GraphiQL.Logo> </GraphiQL.Logo>
          </GraphiQL>
        )}
      </main>
    </>
  );
}
