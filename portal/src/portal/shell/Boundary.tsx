// What stands in place of a page that broke: the rest of the frame goes on working.
import { Component, type ReactNode } from "react";

import { Broken } from "./Failure";

type Props = { children: ReactNode };

export class Boundary extends Component<Props, { broken: boolean }> {
  override state = { broken: false };

  static getDerivedStateFromError() {
    return { broken: true };
  }

  override render() {
    return this.state.broken ? <Broken onRetry={() => this.setState({ broken: false })} /> : this.props.children;
  }
}
