// Subscriptions over one WebSocket, opened with the first of them.
import type { Client, Sink } from "graphql-ws";
import type { SubscriptionForwarder } from "urql";

/** The server refused whoever asks: trying again changes nothing. */
const FORBIDDEN = 4403;

/** How a subscription learns that the server has ended it: urql keeps an end without an error to itself. */
const COMPLETED = { message: "The server has ended the subscription.", extensions: { code: "COMPLETED" } };

/** `place` says the tenant in which the page stands when the socket opens. */
export function socket(place: () => string | undefined) {
  let opened: Promise<Client> | undefined;

  async function open(): Promise<Client> {
    const { createClient } = await import("graphql-ws");
    return createClient({
      url: `${location.protocol === "https:" ? "wss" : "ws"}://${location.host}/graphql`,
      lazy: true,
      connectionParams: () => ({ tenant: place() }),
      shouldRetry: (event) => !(event instanceof CloseEvent && event.code === FORBIDDEN),
    });
  }

  const forward: SubscriptionForwarder = (request) => ({
    subscribe(sink) {
      let stop: (() => void) | undefined;
      let left = false;
      void (opened ??= open()).then((client) => {
        if (left) return;
        const complete = () => {
          if (!left) sink.next({ errors: [COMPLETED] });
          sink.complete();
        };
        stop = client.subscribe({ ...request, query: request.query ?? "" }, { ...(sink as Sink), complete });
      });
      return {
        unsubscribe() {
          left = true;
          stop?.();
        },
      };
    },
  });

  return { forward, close: () => void opened?.then((client) => client.dispose()) };
}
