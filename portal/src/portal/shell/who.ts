// Who is signed in and where they stand: every page's first answer brings it, the frame shows it.
import { createContext, useContext } from "react";

import { graphql } from "../gql";
import type { FrameFragment } from "../gql/graphql";

export const FRAME = graphql(`
  fragment Frame on Viewer {
    user {
      id
      displayName
      email
      language
      timeZone
      mustChangePassword
    }
    homeTenant {
      id
      name
    }
    currentTenant {
      id
      name
      kind
    }
    effectiveRole
    capabilities
    actingSession {
      id
      effectiveRole
    }
    unreadNotificationCount
  }
`);

/** For pages that have no first query of their own to bring it. */
export const WHO = graphql(`
  query Who {
    viewer {
      ...Frame
    }
  }
`);

export type Standing = {
  /** Undefined while no answer has said yet; null for somebody who is not signed in. */
  who: FrameFragment | null | undefined;
  /** What the latest answer says. */
  tell: (who: FrameFragment | null) => void;
  /** Forgets everything that was asked and begins anew, as after signing in, signing out and switching. */
  restart: (after: "signedIn" | "signedOut" | "ended" | "moved") => void;
};

export const StandingContext = createContext<Standing | null>(null);

export function useStanding(): Standing {
  const standing = useContext(StandingContext);
  if (!standing) throw new Error("useStanding is for what stands inside <App>");
  return standing;
}
