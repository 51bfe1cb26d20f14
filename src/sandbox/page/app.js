// Finds the views, shows the one that the address names, and keeps the frame around it.
//
// A view is a module under views/ that exports `title` ([Chinese, English]), `render(main, parameters, context)`
// which may return a function to call when it is left, and optionally `under`: the view whose place in the
// navigation it belongs to. The server lists the views; nothing is registered here.

import { address, el, fill, isEnglish, label, load, switchLanguage, words } from "./dom.js";

const main = document.getElementById("main");
const nav = document.getElementById("nav");
const status = document.getElementById("status");
const language = document.getElementById("language");

const views = new Map();
let leave = null;
let turn = 0;

async function start() {
  const overview = await load("overview");
  const modules = await Promise.all(overview.views.map((name) => import(`./views/${name}.js`)));
  overview.views.forEach((name, i) => views.set(name, modules[i]));
  document.getElementById("tenant").textContent = overview.tenant.name;
  document.getElementById("domain").textContent = overview.tenant.domain;
  language.addEventListener("click", () => {
    switchLanguage();
    show();
  });
  addEventListener("hashchange", () => {
    show();
    main.focus({ preventScroll: true });
  });
  await show();
}

function place() {
  const [path, query] = location.hash.replace(/^#\/?/, "").split("?");
  const name = views.has(path) ? path : "overview";
  return [name, Object.fromEntries(new URLSearchParams(query ?? ""))];
}

async function show() {
  const [name, parameters] = place();
  const view = views.get(name);
  const mine = ++turn;
  leave?.();
  leave = null;
  frame(name, view);
  main.setAttribute("aria-busy", "true");
  const fresh = el("div", { class: `view view-${name}` });
  try {
    // A slower view that was left meanwhile must not overwrite its successor.
    const done = await view.render(fresh, parameters, { say, isCurrent: () => mine === turn });
    if (mine !== turn) return done?.();
    leave = done ?? null;
    fill(main, fresh);
  } catch (error) {
    if (mine === turn) fill(main, trouble(error));
  }
  main.removeAttribute("aria-busy");
}

function frame(name, view) {
  document.documentElement.lang = isEnglish() ? "en" : "zh-CN";
  document.title = `${words(...view.title)} · ${document.getElementById("tenant").textContent}`;
  language.textContent = isEnglish() ? "中文" : "English";
  language.setAttribute("lang", isEnglish() ? "zh-CN" : "en");
  const current = view.under ?? name;
  const entries = [...views].filter(([, v]) => !v.under);
  fill(nav, el("ul", null, entries.map(([id, v]) =>
    el("li", null, el("a", { href: address(id), "aria-current": id === current ? "page" : null }, label(...v.title))))));
}

function say(zh, en) {
  status.textContent = words(zh, en);
}

const trouble = (error) =>
  el("p", { class: "notice", role: "alert" },
    label("沙盒没有回答，它还在运行吗？", "The sandbox did not answer. Is it still running?"), ` (${error.message})`);

start().catch((error) => fill(main, trouble(error)));
