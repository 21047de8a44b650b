// The portal from the outside in: the client of this sign-in, who is signed in, and the page or the sign-in before it.
import { useCallback, useEffect, useMemo, useState } from "react";
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

type Round = { number: number; ended: boolean };

export function App() {
  const [who, setWho] = useState<Standing["who"]>();
  const [round, setRound] = useState<Round>({ number: 0, ended: false });

  const restart = useCallback<Standing["restart"]>((after) => {
    const leaves = after === "signedOut" || after === "ended";
    if (leaves) localStorage.removeItem(SIGNED_IN);
    else localStorage.setItem(SIGNED_IN, "yes");
    setWho(leaves ? null : undefined);
    setRound(({ number }) => ({ number: number + 1, ended: after === "ended" }));
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
              <Routes />
            </Boundary>
          </Frame>
        ) : who === null ? (
          <SignIn ended={round.ended} />
        ) : (
          <Asking />
        )}
      </Provider>
    </StandingContext>
  );
}
