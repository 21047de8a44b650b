// The page: the bar, GraphiQL under it, and what both know of the session.
import { explorerPlugin } from "@graphiql/plugin-explorer";
import { GraphiQL, HISTORY_PLUGIN } from "graphiql";
import { useCallback, useEffect, useMemo, useRef, useState } from "react";

import { AnswerPanels } from "./answer/AnswerPanels";
import { Bar } from "./Bar";
import { PageContext, type Extensions } from "./context";
import { EXAMPLES_PLUGIN } from "./examples/ExamplesPlugin";
import { FIRST } from "./examples/examples";
import { connect } from "./fetcher";
import { currentViewer, type Viewer } from "./session";

const WIDE = matchMedia("(min-width: 50rem)").matches;
const PLUGINS = [EXAMPLES_PLUGIN, explorerPlugin(), HISTORY_PLUGIN];

export function Page() {
  const { viewer, lookAgain, visit, ...changing } = useSession();
  const [explains, setExplains] = useState(false);
  const [told, setTold] = useState<Record<string, Extensions>>({});
  const explaining = useRef(explains);
  const activeTab = useRef("");
  explaining.current = explains;

  // A new editor for a new viewer: what the last one was shown must not stay on the page.
  useEffect(() => setTold({}), [visit]);

  const tenant = viewer?.currentTenant?.id;
  const connection = useMemo(
    () =>
      connect({
        tenant,
        explains: () => explaining.current,
        onAnswer(extensions, unsettled) {
          const tab = activeTab.current;
          setTold((known) => ({ ...known, [tab]: extensions }));
          if (unsettled) void lookAgain();
        },
      }),
    [tenant, visit, lookAgain],
  );
  useEffect(() => connection.close, [connection]);
  useEffect(() => {
    document.title = viewer?.actingSession ? `Acting in ${viewer.currentTenant?.name} · Tenantry API` : "Tenantry API";
  }, [viewer]);

  const setActiveTab = useCallback((id: string) => void (activeTab.current = id), []);
  return (
    <PageContext value={{ viewer, ...changing, explains, setExplains, told, setActiveTab }}>
      <Bar />
      <main className={viewer?.actingSession ? "acting" : undefined}>
        {/* Not before the server knows the viewer: it drops the cookie of a session that is over. */}
        {viewer !== undefined && (
          <GraphiQL
            key={visit}
            fetcher={connection.fetcher}
            plugins={PLUGINS}
            visiblePlugin={visit === 0 && WIDE ? EXAMPLES_PLUGIN : undefined}
            defaultQuery={FIRST}
            shouldPersistHeaders={false}
          >
            <GraphiQL.Logo> </GraphiQL.Logo>
            <GraphiQL.Footer>
              <AnswerPanels />
            </GraphiQL.Footer>
          </GraphiQL>
        )}
      </main>
    </PageContext>
  );
}

/** The viewer, and steps that change who they are; `visit` counts those. */
function useSession() {
  const [viewer, setViewer] = useState<Viewer | null>();
  const [visit, setVisit] = useState(0);
  const [problem, setProblem] = useState("");
  const [busy, setBusy] = useState(false);

  const lookAgain = useCallback(async () => setViewer(await currentViewer().catch(() => null)), []);
  useEffect(() => void lookAgain(), [lookAgain]);

  const change = useCallback(
    async (step: () => Promise<void>) => {
      setBusy(true);
      setProblem("");
      try {
        await step();
        await lookAgain();
        setVisit((visits) => visits + 1);
      } catch (error) {
        setProblem(error instanceof Error ? error.message : String(error));
      } finally {
        setBusy(false);
      }
    },
    [lookAgain],
  );
  return { viewer, lookAgain, visit, change, busy, problem };
}
