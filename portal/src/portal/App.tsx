// The portal from the outside in: the client of this sign-in, who is signed in, and the page or the sign-in before it.
import { useCallback, useEffect, useMemo, useRef, useState } from "react";
import { Provider } from "urql";

import { openPortal } from "./client";
import type { FrameFragment } from "./gql/graphql";
import { isOpenAddress, Routes } from "./routes";
import { Asking } from "./shell/Asking";
import { Boundary } from "./shell/Boundary";
import { Frame } from "./shell/Frame";
import { SignIn } from "./shell/SignIn";
import { StandingContext, type Standing } from "./shell/who";
import { speakAs } from "./words";

// The session's cookie cannot be read here; this only says whether asking as somebody is worth while.
const SIGNED_IN = "tenantry.signedIn";

/** `lost` is the tenant in which somebody acted when their session ended. */
type Round = { number: number; ended: boolean; lost?: string };

export function App() {
  const [who, setWho] = useState<Standing["who"]>();
  const [round, setRound] = useState<Round>({ number: 0, ended: false });

  const acting = useRef<string>(undefined);

  const restart = useCallback<Standing["restart"]>((after) => {
    const leaves = after === "signedOut" || after === "ended";
    if (leaves) localStorage.removeItem(SIGNED_IN);
    else localStorage.setItem(SIGNED_IN, "yes");
    const lost = after === "ended" ? acting.current : undefined;
    acting.current = undefined;
    setWho(leaves ? null : undefined);
    setRound((round) => ({ number: round.number + 1, ended: after === "ended", lost: lost ?? (leaves ? round.lost : undefined) }));
  }, []);

  const portal = useMemo(
    () => openPortal({ onSignedOut: () => restart("ended"), onSuperseded: () => restart("moved") }),
    // each sign-in has a client of its own: nothing asked by one person is answered to the next
    [round.number, restart],
  );
  useEffect(() => portal.close, [portal]);

  const tell = useCallback(
    (told: FrameFragment | null) => {
      portal.standIn(told?.currentTenant?.id);
      acting.current = told?.actingSession ? told.currentTenant?.name : undefined;
      setWho(told);
      if (told?.user?.language) void speakAs(told.user.language);
    },
    [portal],
  );
  const standing = useMemo(() => ({ who, tell, restart }), [who, tell, restart]);

  return (
    <StandingContext value={standing}>
      <Provider value={portal.client} key={round.number}>
        {isOpenAddress(location.pathname) || who || (who === undefined && localStorage.getItem(SIGNED_IN)) ? (
          <Frame>
            <Boundary>
              <Routes first={who?.user?.mustChangePassword && !who.actingSession} />
            </Boundary>
          </Frame>
        ) : who === null ? (
          <SignIn ended={round.ended} lost={round.lost} />
        ) : (
          <Asking />
        )}
      </Provider>
    </StandingContext>
  );
}
