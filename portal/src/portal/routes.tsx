// Which page stands at which address. All but the first are fetched when somebody goes there.
import { lazy, Suspense } from "react";
import { Route, Switch } from "wouter";

import { CustomersPage } from "./customers/CustomersPage";
import { Loading } from "./shell/Loading";
import { Nowhere } from "./shell/Nowhere";

const CustomerPage = lazy(() => import("./customer/CustomerPage").then((page) => ({ default: page.CustomerPage })));
const AcceptInvitation = lazy(() => import("./people/AcceptInvitation").then((page) => ({ default: page.AcceptInvitation })));
const AccountPage = lazy(() => import("./people/AccountPage").then((page) => ({ default: page.AccountPage })));
const FirstPassword = lazy(() => import("./people/FirstPassword").then((page) => ({ default: page.FirstPassword })));
const ForgottenPassword = lazy(() => import("./people/ForgottenPassword").then((page) => ({ default: page.ForgottenPassword })));
const NewPassword = lazy(() => import("./people/NewPassword").then((page) => ({ default: page.NewPassword })));

/** Addresses for people who are not signed in. */
export function isOpenAddress(path: string): boolean {
  return ["/accept-invitation", "/forgotten-password", "/new-password"].includes(path);
}

/** `first`: at every address they are asked for a password of their own choosing. */
export function Routes({ first }: { first?: boolean }) {
  return (
    <Suspense fallback={<Loading />}>
      <Switch>
        {first && <Route component={FirstPassword} />}
        <Route path="/" component={CustomersPage} />
        <Route path="/customers" component={CustomersPage} />
        <Route path="/customers/:id/*?">{({ id }) => <CustomerPage id={id} key={id} />}</Route>
        <Route path="/account" component={AccountPage} />
        <Route path="/accept-invitation" component={AcceptInvitation} />
        <Route path="/forgotten-password" component={ForgottenPassword} />
        <Route path="/new-password" component={NewPassword} />
        <Route component={Nowhere} />
      </Switch>
    </Suspense>
  );
}
