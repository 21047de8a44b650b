// Under the answer: what of it was withheld, what it cost, and how it came about.
import { useGraphiQL } from "@graphiql/react";
import { useContext, useEffect, useState } from "react";

import { PageContext, type Extensions } from "../context";
import { Cost, costOf } from "./Cost";
import { Explain, explanationOf } from "./Explain";
import { Withheld, withheldOf } from "./Withheld";

type Name = "withheld" | "cost" | "explain";

export function AnswerPanels() {
  const { told, setActiveTab } = useContext(PageContext);
  const [open, setOpen] = useState<Name>();
  const tab = useGraphiQL(({ tabs, activeTabIndex }) => tabs[activeTabIndex]!.id);
  useEffect(() => setActiveTab(tab), [tab, setActiveTab]);
  const extensions = told[tab];
  const toggle = (name: Name, label: string) => (
    <button
      type="button"
      aria-expanded={open === name}
      aria-controls="answer-panel"
      className={name === "withheld" && withheldOf(extensions).length ? "answer-toggle answer-notable" : "answer-toggle"}
      onClick={() => setOpen(open === name ? undefined : name)}
    >
      {label}
    </button>
  );
  return (
    <section className="answer" aria-label="About the answer">
      <div className="answer-bar">
        {toggle("withheld", labelOfWithheld(extensions))}
        {toggle("cost", labelOfCost(extensions))}
        {toggle("explain", labelOfExplain(extensions))}
      </div>
      <div id="answer-panel" className="answer-panel" hidden={!open} tabIndex={0} role="region" aria-label={open && TITLES[open]}>
        {open === "withheld" && <Withheld extensions={extensions} />}
        {open === "cost" && <Cost extensions={extensions} />}
        {open === "explain" && <Explain extensions={extensions} />}
      </div>
    </section>
  );
}

const TITLES: Record<Name, string> = {
  withheld: "What was withheld",
  cost: "What it cost",
  explain: "How it came about",
};

function labelOfWithheld(extensions?: Extensions): string {
  const { length } = withheldOf(extensions);
  if (!extensions) return "Withheld";
  return length ? `${length} withheld` : "Nothing withheld";
}

function labelOfCost(extensions?: Extensions): string {
  const requested = costOf(extensions)?.requested;
  return typeof requested === "number" ? `Cost ${requested.toLocaleString()}` : "Cost";
}

function labelOfExplain(extensions?: Extensions): string {
  const all = explanationOf(extensions)?.milliseconds?.all;
  return all === undefined ? "Explain" : `Explained: ${all.toFixed(1)} ms`;
}
