// Who sits in front of the page. In development a person is picked, or named in the address (`/?user=<id>`);
// otherwise a user token is asked for and kept in this tab only.

import { Api, createDevUser, devSession, devUsers, isDevelopment } from "./api.js";
import { avatar, byId, h } from "./dom.js";

const TOKEN_KEY = "parlour.token";

/** Resolves when it is known: `{user, dev, getToken({refresh}) → token or {token, expires_at}}`. */
export async function signIn() {
  const dev = await isDevelopment();
  const wanted = new URLSearchParams(location.search).get("user");
  if (dev && wanted) {
    try {
      return await devSignIn(wanted);
    } catch (error) {
      byId("start-problem").textContent = `That person cannot be signed in: ${error.message}`;
    }
  }
  byId("start").hidden = false;
  return dev ? showPeople() : tokenSignIn();
}

/** Forgets the token of this tab, and says why it must be entered again. */
export function signOut(problem = "") {
  sessionStorage.removeItem(TOKEN_KEY);
  if (problem) sessionStorage.setItem(`${TOKEN_KEY}.problem`, problem);
  location.replace(location.pathname);
}

async function devSignIn(userId) {
  let session = await devSession(userId);
  const getToken = async ({ refresh } = {}) => {
    if (refresh) session = await devSession(userId);
    return session;
  };
  return { user: session.user, dev: true, getToken };
}

async function showPeople() {
  byId("people-start").hidden = false;
  byId("new-user").addEventListener("submit", async (event) => {
    event.preventDefault();
    try {
      const user = await createDevUser(byId("new-user-name").value.trim());
      location.assign(`/?user=${encodeURIComponent(user.id)}`);
    } catch (error) {
      byId("start-problem").textContent = error.message;
    }
  });
  const users = await devUsers();
  byId("people").replaceChildren(...users.map((user) => personLink(user, { testid: "person" })));
  (byId("people").querySelector("a") ?? byId("new-user-name")).focus();
  // Choosing a person loads the page again under that person's address.
  return new Promise(() => {});
}

/** A link that opens the page as a person. */
export function personLink(user, { testid, target, note }) {
  const link = h(
    "a",
    { class: "person", href: `/?user=${encodeURIComponent(user.id)}`, data: { testid, user: user.id } },
    avatar(user.id, user.name),
    h("span", { class: "grow", dir: "auto" }, user.name),
    note && h("span", { class: "hint" }, note),
  );
  if (target) Object.assign(link, { target, rel: "noopener" });
  return h("li", {}, link);
}

async function tokenSignIn() {
  const form = byId("token-start");
  const problem = byId("start-problem");
  problem.textContent = sessionStorage.getItem(`${TOKEN_KEY}.problem`) ?? "";
  sessionStorage.removeItem(`${TOKEN_KEY}.problem`);
  for (;;) {
    const token = sessionStorage.getItem(TOKEN_KEY) ?? (await askToken(form));
    try {
      const user = await new Api(() => token).get("/me");
      sessionStorage.setItem(TOKEN_KEY, token);
      return { user, dev: false, getToken: () => token };
    } catch (error) {
      const refused = error.data?.status === 401 || error.data?.status === 403;
      problem.textContent = refused ? "The server does not accept this token." : `That did not work: ${error.message}`;
      sessionStorage.removeItem(TOKEN_KEY);
    }
  }
}

function askToken(form) {
  form.hidden = false;
  byId("token").focus();
  return new Promise((resolve) => {
    const listener = (event) => {
      event.preventDefault();
      resolve(byId("token").value.trim());
    };
    form.addEventListener("submit", listener, { once: true });
  });
}
