// What the parts of the page know of one another: GraphiQL gives its plugins no props.
import { createContext } from "react";

import type { Viewer } from "./session";

export type Extensions = Record<string, unknown>;

export type PageState = {
  /** Undefined while the server has not said yet; null where nobody is signed in. */
  viewer: Viewer | null | undefined;
  /** Does something that changes who the viewer is or where they act, and begins anew as that. */
  change: (step: () => Promise<void>) => Promise<void>;
  busy: boolean;
  problem: string;
  /** Whether queries ask to be explained. */
  explains: boolean;
  setExplains: (explains: boolean) => void;
  /** The extensions of the last answer of each of the editor's tabs. */
  told: Record<string, Extensions>;
  setActiveTab: (id: string) => void;
};

export const PageContext = createContext<PageState>(null!);
