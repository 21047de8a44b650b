// GraphiQL's panel of ready-made queries, by the person who asks them.
import { useGraphiQL, useGraphiQLActions, type GraphiQLPlugin } from "@graphiql/react";
import { useContext } from "react";

import { PageContext } from "../context";
import { signIn } from "../session";
import { PASSWORD, personOf } from "./demo";
import { BY_PERSON, EXAMPLES, type Example } from "./examples";

export const EXAMPLES_PLUGIN: GraphiQLPlugin = { title: "Examples", icon: Icon, content: Panel };

function Panel() {
  const { viewer } = useContext(PageContext);
  const isViewer = ({ email }: { email: string }) => email === viewer?.user?.email;
  const viewerFirst = [...BY_PERSON.filter(isViewer), ...BY_PERSON.filter((person) => !isViewer(person))];
  return (
    <section aria-label="Examples" className="examples">
      <h2>Examples</h2>
      <p className="examples-hint">Sign in as one of them, choose a query, and press Ctrl+Enter.</p>
      {viewerFirst.map(({ email, examples }) => (
        <OfPerson key={email} email={email} examples={examples} />
      ))}
    </section>
  );
}

function OfPerson({ email, examples }: { email: string; examples: Example[] }) {
  const { viewer, change, busy } = useContext(PageContext);
  const open = useOpen();
  const person = personOf(email);
  const isViewer = viewer?.user?.email === email;
  return (
    <section className={isViewer ? "examples-person examples-you" : "examples-person"}>
      <header>
        <h3>
          {email}
          {person && (
            <small>
              {person.role} at {person.tenant}
            </small>
          )}
        </h3>
        {isViewer && <span className="examples-badge">You</span>}
        {!isViewer && person && (
          <button type="button" disabled={busy} aria-label={`Sign in as ${email}`} onClick={() => change(() => signIn(email, PASSWORD))}>
            Sign in
          </button>
        )}
      </header>
      <ul>
        {examples.map((example) => (
          <li key={example.title}>
            <button type="button" onClick={() => open(example)}>
              {example.title}
              <small>{example.about}</small>
            </button>
          </li>
        ))}
      </ul>
    </section>
  );
}

/** Puts an example into the editor: into a new tab, unless what is there is empty or an example as it was. */
function useOpen() {
  const { addTab } = useGraphiQLActions();
  const editor = useGraphiQL(({ queryEditor }) => queryEditor);
  const variables = useGraphiQL(({ variableEditor }) => variableEditor);
  return (example: Example) => {
    const there = editor?.getValue().trim();
    if (there && !EXAMPLES.some(({ query }) => query.trim() === there)) addTab();
    editor?.setValue(example.query);
    variables?.setValue("");
    editor?.focus();
  };
}

function Icon() {
  return (
    <svg height="1em" viewBox="0 0 24 24" fill="none" stroke="currentColor" strokeWidth="1.5" aria-hidden="true">
      <path d="M4 5.5A1.5 1.5 0 0 1 5.5 4H11v16H5.5A1.5 1.5 0 0 1 4 18.5zM20 5.5A1.5 1.5 0 0 0 18.5 4H13v16h5.5a1.5 1.5 0 0 0 1.5-1.5z" />
      <path d="M6.5 8h2M6.5 11h2M15.5 8h2M15.5 11h2" />
    </svg>
  );
}
