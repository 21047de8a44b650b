// Whether somebody is signed in, asked where this browser has not seen it before, as after signing in beside GraphiQL.
import { useEffect } from "react";
import { useQuery } from "urql";

import { Failure } from "./Failure";
import { Loading } from "./Loading";
import { useStanding, WHO } from "./who";

export function Asking() {
  const { tell, restart } = useStanding();
  const [{ data, error }, again] = useQuery({ query: WHO });
  useEffect(() => {
    if (data?.viewer) restart("signedIn");
    else if (data) tell(null);
  }, [data, tell, restart]);
  return <main>{error ? <Failure error={error} onRetry={again} /> : <Loading />}</main>;
}
