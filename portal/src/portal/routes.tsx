// Which page stands at which address. All but the first are fetched when somebody goes there.
import { lazy, Suspense } from "react";
import { Route, Switch } from "wouter";

import { CustomersPage } from "./customers/CustomersPage";
import { Loading } from "./shell/Loading";
import { Nowhere } from "./shell/Nowhere";

const CustomerPage = lazy(() => import("./customer/CustomerPage").then((page) => ({ default: page.CustomerPage })));
const AcceptInvitation = lazy(() => import("./people/AcceptInvitation").then((page) => ({ default: page.AcceptInvitation })));
const AccountPage = lazy(() => import("./people/AccountPage").then((page) => ({ default: page.AccountPage })));

/** Addresses for people who are not signed in. */
export function isOpenAddress(path: string): boolean {
  return path.startsWith("/accept");
}

export function Routes() {
  return (
    <Suspense fallback={<Loading />}>
      <Switch>
        <Route path="/" component={CustomersPage} />
        <Route path="/customers" component={CustomersPage} />
        <Route path="/customers/:id/*?">{({ id }) => <CustomerPage id={id} key={id} />}</Route>
        <Route path="/account" component={AccountPage} />
        <Route path="/accept-invitation" component={AcceptInvitation} />
        <Route component={Nowhere} />
      </Switch>
    </Suspense>
  );
}
