// What the client finds around it: in a browser the network, the storage and the person; in Node what Node has of them.

import { MemoryStorage } from "./outbox-store.js";

/** What a browser offers, and what Node offers of it. */
export function environment() {
  const found = { WebSocket: globalThis.WebSocket, fetch: globalThis.fetch?.bind(globalThis) };
  found.locks = globalThis.navigator?.locks;
  try {
    found.storage = globalThis.localStorage;
  } catch {
    // Storage may be forbidden by the browser's settings; then the outbox lasts as long as the page.
  }
  found.storage ??= new MemoryStorage();
  return found;
}

/** Follows the network and the person where there is a window. Answers the function that ends it. */
export function watchEnvironment(connection) {
  if (typeof window === "undefined" || typeof document === "undefined") return () => {};
  const watch = new AbortController();
  const { signal } = watch;
  window.addEventListener("online", () => connection.nudge(), { signal });
  window.addEventListener("offline", () => connection.networkLost(), { signal });
  window.addEventListener("pageshow", (event) => event.persisted && connection.nudge(), { signal });
  const onVisible = () => document.visibilityState === "visible" && connection.nudge();
  document.addEventListener("visibilitychange", onVisible, { signal });
  return () => watch.abort();
}
