// Who sits there, and how the connection is.

import { byId, hueOf, initials } from "./dom.js";

const WORDS = { connecting: "Connecting…", reconnecting: "Reconnecting…", unauthorized: "Signed out" };

export function showMe({ id, name }, { dev, leave }) {
  byId("me-name").textContent = name;
  byId("me-avatar").textContent = initials(name);
  byId("me-avatar").classList.add(hueOf(id));
  byId("sign-out").hidden = dev;
  byId("sign-out").addEventListener("click", leave);
}

export function showState(state) {
  const banner = byId("connection");
  banner.dataset.state = state;
  const promise = state === "reconnecting" ? " What you write is kept and sent afterwards." : "";
  banner.textContent = (WORDS[state] ?? "") + promise;
  byId("presence").textContent = WORDS[state] ?? "Online";
  byId("presence").dataset.state = state;
}
