// What the sandbox was asked, as it happens.

import { debounced, el, fill, hint, label, number, words } from "../dom.js";

export const title = ["请求", "Requests"];

const LAST = 100;
const EVERY = 1500;

export async function render(main, _parameters, { say }) {
  const list = el("ol", { class: "requests" });
  const count = el("p", { class: "muted" });
  const none = el("p", { class: "notice" },
    label("还没有请求，或没有符合筛选的。", "No requests yet, or none that pass the filter."));
  const field = el("input", {
    type: "search", id: "filter", autocomplete: "off", spellcheck: "false",
    placeholder: hint("路径、方法、应用、代码、log_id", "path, method, app, code, log_id"),
  });
  const only = el("select", { id: "only" },
    el("option", { value: "" }, words("全部", "All")),
    el("option", { value: "failed" }, words("失败", "Failed")),
    el("option", { value: "write" }, words("写操作", "Writes")));
  let paused = false;
  const pause = el("button", { type: "button", "aria-pressed": "false", onclick: () => {
    paused = !paused;
    pause.setAttribute("aria-pressed", String(paused));
    fill(pause, paused ? label("继续", "Resume") : label("暂停", "Pause"));
    say(paused ? "已暂停" : "已继续", paused ? "Paused" : "Resumed");
    if (!paused) poll();
  } }, label("暂停", "Pause"));
  main.append(
    el("h1", null, label(...title)),
    el("form", { role: "search", class: "bar", onsubmit: (event) => event.preventDefault() },
      el("div", { class: "grow" }, el("label", { for: "filter" }, label("筛选", "Filter")), field),
      el("div", null, el("label", { for: "only" }, label("显示", "Show")), only),
      pause),
    count, none, list);

  // Entries are drawn once, so that an open one stays open while others arrive.
  const drawn = new Map();
  const sift = () => {
    const needle = field.value.trim().toLowerCase();
    let shown = 0;
    for (const { entry, item, text } of drawn.values()) {
      const fits = text.includes(needle) && (!only.value || (only.value === "failed" ? failed(entry) : entry.method !== "GET"));
      item.hidden = !fits;
      shown += fits ? 1 : 0;
    }
    none.hidden = shown > 0;
  };
  const poll = async () => {
    if (paused || document.hidden) return;
    const reply = await fetch(`/_sandbox/requests?last=${LAST}`).catch(() => null);
    if (!reply?.ok) return;
    const report = await reply.json();
    const entries = (report.requests ?? []).toSorted((a, b) => a.seq - b.seq);
    const kept = new Set(entries.map((e) => e.seq));
    for (const [seq, { item }] of drawn) {
      if (!kept.has(seq)) {
        item.remove();
        drawn.delete(seq);
      }
    }
    for (const entry of entries) {
      if (drawn.has(entry.seq)) continue;
      const item = line(entry);
      const text = [entry.method, entry.path, entry.app_id, entry.code, entry.status, entry.log_id].join(" ").toLowerCase();
      drawn.set(entry.seq, { entry, item, text });
      list.prepend(item);
    }
    const total = report.total ?? entries.length;
    fill(count, label(`共 ${number(total)} 次，显示最近 ${number(entries.length)} 次`, `${number(total)} in all, the last ${number(entries.length)} shown`));
    sift();
  };
  field.addEventListener("input", debounced(100, sift));
  only.addEventListener("change", sift);
  await poll();
  const timer = setInterval(poll, EVERY);
  return () => clearInterval(timer);
}

const failed = (entry) => entry.status >= 400 || (entry.code !== null && entry.code !== undefined && entry.code !== 0);

function line(entry) {
  const at = new Date(entry.at);
  const time = Number.isNaN(at.getTime()) ? String(entry.at) : at.toLocaleTimeString("sv-SE");
  const more = el("div", { class: "more", hidden: true });
  const button = el("button", { type: "button", class: "entry", "aria-expanded": "false", onclick: () => {
    if (!more.firstChild) fill(more, ...details(entry));
    more.hidden = !more.hidden;
    button.setAttribute("aria-expanded", String(!more.hidden));
  } },
    el("span", { class: "time mono" }, time),
    el("span", { class: "method mono" }, entry.method),
    el("span", { class: "path mono" }, entry.path),
    el("span", { class: "outcome" },
      el("span", { class: `badge ${failed(entry) ? "bad" : "good"}` }, `${entry.status}`,
        entry.code !== null && entry.code !== undefined && ` · ${entry.code}`),
      entry.fault && el("span", { class: "badge wait" }, label("故障", "Fault"))),
    el("span", { class: "millis mono" }, `${Number(entry.millis ?? 0).toFixed(1)} ms`),
    el("span", { class: "app mono" }, [entry.app_id, entry.identity].filter(Boolean).join(" · ")));
  return el("li", null, button, more);
}

function details(entry) {
  const part = (zh, en, value) => {
    const text = pretty(value);
    return text && el("section", null, el("h3", null, label(zh, en)), el("pre", { tabindex: "0" }, text));
  };
  return [
    part("端点", "Endpoint", entry.endpoint),
    part("查询", "Query", entry.query && [...new URLSearchParams(entry.query)].map(([n, v]) => `${n} = ${v}`).join("\n")),
    part("请求体", "Body", entry.body),
    part("回答", "Answer", entry.answer),
    part("log_id", "log_id", entry.log_id),
    part("故障", "Fault", entry.fault),
  ].filter(Boolean);
}

// JSON with line breaks, anything else as it came.
function pretty(value) {
  if (value === null || value === undefined || value === "") return "";
  if (typeof value !== "string") return JSON.stringify(value, null, 2);
  // A long number by itself would come back as another one.
  if (!/^\s*[[{]/.test(value)) return value;
  try {
    return JSON.stringify(JSON.parse(value), null, 2);
  } catch {
    return value;
  }
}
