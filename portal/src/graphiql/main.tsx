import "./workers";

import "graphiql/style.css";
import "@graphiql/plugin-explorer/style.css";
import "./page.css";
import "./bar.css";
import "./examples/examples.css";
import "./answer/answer.css";

import { StrictMode } from "react";
import { createRoot } from "react-dom/client";

import { Page } from "./Page";

createRoot(document.getElementById("root")!).render(
  <StrictMode>
    <Page />
  </StrictMode>,
);
