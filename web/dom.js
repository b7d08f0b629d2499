// The little that the page needs on top of the DOM. All text goes through text nodes, never through HTML.

export const byId = (id) => document.getElementById(id);

/**
 * Makes an element. `props` are properties, except `class`, `data` (data attributes), `on` (listeners) and
 * `attrs` (attributes that have no property). Children are elements or text; null and false are left out.
 */
export function h(tag, { class: className, data = {}, on = {}, attrs = {}, ...props } = {}, ...children) {
  const element = document.createElement(tag);
  if (className) element.className = className;
  Object.assign(element, props);
  Object.assign(element.dataset, data);
  for (const [name, value] of Object.entries(attrs)) element.setAttribute(name, value);
  for (const [type, listener] of Object.entries(on)) element.addEventListener(type, listener);
  element.append(...children.flat().filter((child) => child !== null && child !== false && child !== undefined));
  return element;
}

/**
 * Makes the children of `parent` match `rows`, keeping the element of every key that stays, so that focus,
 * selection and screen readers are not disturbed. A row is `{key, version, make()}`; an element is made anew
 * only when its version changes.
 */
export function reconcile(parent, rows) {
  const old = new Map([...parent.children].map((element) => [element.dataset.key, element]));
  let place = parent.firstElementChild;
  for (const row of rows) {
    let element = old.get(row.key);
    old.delete(row.key);
    if (!element || element.dataset.version !== row.version) {
      const made = row.make();
      made.dataset.key = row.key;
      made.dataset.version = row.version;
      if (element === place && element) place = made;
      const focused = element?.contains(document.activeElement) && document.activeElement;
      element?.replaceWith(made);
      if (focused) refocus(made, focused);
      element = made;
    }
    if (element === place) place = element.nextElementSibling;
    else parent.insertBefore(element, place);
  }
  for (const element of old.values()) element.remove();
}

/** Gives the focus to what took the place of the element that had it. */
function refocus(made, { dataset }) {
  const controls = [...made.querySelectorAll("button, a, [tabindex]")];
  const same = controls.find((control) => dataset.focus && control.dataset.focus === dataset.focus);
  (same ?? controls[0] ?? made).focus?.();
}

/** One of eight calm colours, always the same for the same id. */
export function hueOf(id) {
  let sum = 0;
  for (const letter of String(id)) sum = (sum * 31 + letter.codePointAt(0)) % 9973;
  return `hue-${sum % 8}`;
}

/** The first letters of the first and the last word. */
export function initials(name) {
  const words = String(name ?? "").trim().split(/\s+/).filter(Boolean);
  const letters = words.length > 1 ? [words[0], words.at(-1)] : words;
  return letters.map((word) => [...word][0].toUpperCase()).join("") || "?";
}

export function avatar(id, name, extra = "") {
  return h("span", { class: `avatar ${hueOf(id)} ${extra}`, attrs: { "aria-hidden": "true" } }, initials(name));
}

const TIME = new Intl.DateTimeFormat(undefined, { hour: "2-digit", minute: "2-digit" });
const WEEKDAY = new Intl.DateTimeFormat(undefined, { weekday: "long" });
const DATE = new Intl.DateTimeFormat(undefined, { day: "numeric", month: "short", year: "numeric" });

export const timeOf = (date) => TIME.format(date);

/** Today, Yesterday, a weekday within the last week, else the date. */
export function dayOf(date, now = new Date()) {
  const midnight = (day) => new Date(day.getFullYear(), day.getMonth(), day.getDate());
  // Rounded, because a day may have 23 or 25 hours.
  const days = Math.round((midnight(now) - midnight(date)) / 86_400_000);
  if (days === 0) return "Today";
  if (days === 1) return "Yesterday";
  return days > 1 && days < 7 ? WEEKDAY.format(date) : DATE.format(date);
}
