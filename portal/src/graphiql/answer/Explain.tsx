// How the answer came about: where the time went, what decided on rows and fields, and the statement.
import { useGraphiQLActions } from "@graphiql/react";
import { useContext } from "react";

import { PageContext, type Extensions } from "../context";
import { Parameters, Rows, type Parameter, type RowsFound } from "./ExplainRows";
import { Fields, type FieldDecided } from "./ExplainFields";
import { Times } from "./ExplainTimes";

type Explanation = {
  /** Instead of everything else, where there is nothing to explain. */
  code?: string;
  message?: string;
  database?: string;
  sql?: string[];
  parameters?: Parameter[];
  rows?: RowsFound[];
  fields?: FieldDecided[];
  kept?: Record<string, boolean>;
  milliseconds?: Record<string, number>;
  bytes?: Record<string, number>;
};

export const explanationOf = (extensions?: Extensions) => extensions?.explain as Explanation | undefined;

export function Explain({ extensions }: { extensions?: Extensions }) {
  const { explains, setExplains } = useContext(PageContext);
  const { run } = useGraphiQLActions();
  const told = explanationOf(extensions);
  function choose(explain: boolean) {
    setExplains(explain);
    if (explain) setTimeout(run); // once the page knows of it
  }
  return (
    <>
      <label className="answer-choice">
        <input type="checkbox" checked={explains} onChange={(event) => choose(event.target.checked)} />
        Explain queries
      </label>
      {told?.message && <p>{told.message}</p>}
      {!told && <p>{explains ? "Run a query to have it explained." : "See the SQL, the permissions and where the time goes."}</p>}
      {told?.sql && <Told explanation={told} />}
    </>
  );
}

function Told({ explanation }: { explanation: Explanation }) {
  const { milliseconds = {}, kept = {}, rows = [], fields = [], sql = [], parameters = [] } = explanation;
  const text = sql.join("\n");
  return (
    <>
      <Times milliseconds={milliseconds} kept={kept} />
      <Rows rows={rows} />
      <Fields fields={fields} />
      <section>
        <h2>
          One statement ({explanation.database}, {explanation.bytes?.sql?.toLocaleString()} bytes)
          <button type="button" className="answer-copy" onClick={() => void navigator.clipboard.writeText(text)}>
            Copy
          </button>
        </h2>
        <pre tabIndex={0}>{text}</pre>
      </section>
      <Parameters parameters={parameters} />
    </>
  );
}
