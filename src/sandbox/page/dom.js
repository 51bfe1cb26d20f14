// Elements, words and requests. Text enters the page through text nodes alone: whatever a tenant calls its
// departments, it is shown and never run.

// Makes an element. Attributes that are null or false are left out; functions under "on…" become listeners.
export function el(tag, attributes, ...children) {
  const node = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes ?? {})) {
    if (value === null || value === undefined || value === false) continue;
    if (name.startsWith("on")) node.addEventListener(name.slice(2), value);
    else node.setAttribute(name, value === true ? "" : String(value));
  }
  append(node, children);
  return node;
}

export function append(node, children) {
  for (const child of [children].flat(Infinity)) {
    if (child === null || child === undefined || child === false) continue;
    node.append(child instanceof Node ? child : document.createTextNode(String(child)));
  }
}

export function fill(node, ...children) {
  node.replaceChildren();
  append(node, children);
}

// Chinese first with English beside it, or English alone.
let language = localStorage.getItem("language") === "en" ? "en" : "zh";

export const isEnglish = () => language === "en";

export function switchLanguage() {
  language = isEnglish() ? "zh" : "en";
  localStorage.setItem("language", language);
}

// For attributes.
export const words = (zh, en) => (isEnglish() ? en : zh === en ? zh : `${zh} ${en}`);

// For where there is room for one language only.
export const hint = (zh, en) => (isEnglish() ? en : zh);

// For the page.
export function label(zh, en) {
  if (isEnglish()) return el("span", { lang: "en" }, en);
  return el("span", { class: "label", lang: "zh-CN" }, zh, zh !== en && el("small", { lang: "en" }, en));
}

export const number = (n) => Number(n ?? 0).toLocaleString(isEnglish() ? "en" : "zh-CN");

export function link(view, parameters, attributes, ...children) {
  return el("a", { href: address(view, parameters), ...attributes }, ...children);
}

export function address(view, parameters = {}) {
  const query = new URLSearchParams();
  for (const [name, value] of Object.entries(parameters)) if (value) query.set(name, value);
  const text = query.toString();
  return `#/${view}${text ? `?${text}` : ""}`;
}

// Data for the page; null when there is no such thing.
export async function load(name, parameters = {}) {
  const query = new URLSearchParams();
  for (const [key, value] of Object.entries(parameters)) if (value) query.set(key, value);
  const text = query.toString();
  const reply = await fetch(`/_sandbox/page/${name}.json${text ? `?${text}` : ""}`);
  if (reply.status === 404) return null;
  if (!reply.ok) throw new Error(`HTTP ${reply.status}`);
  return reply.json();
}

// Calls back once nothing was typed for a moment.
export function debounced(wait, act) {
  let timer;
  return (...given) => {
    clearTimeout(timer);
    timer = setTimeout(() => act(...given), wait);
  };
}
