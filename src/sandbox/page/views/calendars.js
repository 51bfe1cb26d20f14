// Shared calendars; the access list and the events of one are fetched when it is opened.

import { el, fill, label, load, number } from "../dom.js";
import { code, commas, facts, pager, personLink } from "../parts.js";

export const title = ["日历", "Calendars"];

const OPEN = {
  private: ["私密", "Private", "bad"],
  show_only_free_busy: ["仅忙闲", "Free and busy", "wait"],
  public: ["公开", "Public", "good"],
};
const ROLES = {
  owner: ["管理员", "Owners"], writer: ["编辑者", "Writers"], reader: ["订阅者", "Readers"],
  free_busy_reader: ["游客", "Free and busy"],
};

export async function render(main) {
  const [list, messages] = [el("div"), el("p", { class: "notice" })];
  main.append(el("h1", null, label(...title)), list, messages);
  const go = async (offset) => {
    const page = await load("calendars", { offset });
    fill(list, page.total
      ? [page.items.map(card), pager(page, go)]
      : el("p", { class: "notice" }, label("还没有共享日历。", "There are no shared calendars yet."), " ", code("POST /open-apis/calendar/v4/calendars")));
    fill(messages, [label("已发出的日程通知：", "People messaged about events: "), number(page.messages)]);
  };
  await go(0);
}

function card(calendar) {
  const body = el("div");
  const open = async () => {
    if (body.firstChild) return;
    const full = await load("calendar", { id: calendar.id });
    if (full && !body.firstChild) body.append(facts(rows(full)), el("ul", null, full.events.map(event)));
  };
  const [zh, en, tone] = OPEN[calendar.permissions] ?? [calendar.permissions, calendar.permissions, "wait"];
  return el("details", { class: "card group", ontoggle: (e) => e.target.open && open() },
    el("summary", null, el("strong", null, calendar.name || label("无标题", "(no title)")), " ",
      el("span", { class: `badge ${tone}` }, label(zh, en)), " ",
      el("span", { class: "muted" }, number(calendar.events_count), "\u00a0", label("日程", "events"),
        " · ", number(calendar.people_count), "\u00a0", label("人", "people"))),
    body);
}

function rows(c) {
  const roles = Object.entries(ROLES).map(([role, [zh, en]]) => {
    const people = c.people.filter((p) => p.role === role).map((p) => personLink(p.person));
    const apps = c.apps.filter((a) => a.role === role).map((a) => code(a.app));
    return [zh, en, commas([...people, ...apps])];
  });
  return [["calendar_id", "calendar_id", code(c.id)], ["说明", "Description", c.description], ...roles];
}

const pad = (n) => String(n).padStart(2, "0");

// A day as it is; a moment on the clocks of its zone.
function when(t) {
  if (t.date) return t.date;
  const parts = new Intl.DateTimeFormat("sv-SE", {
    timeZone: t.timezone, year: "numeric", month: "2-digit", day: "2-digit", hour: "2-digit", minute: "2-digit",
  });
  return `${parts.format(new Date(Number(t.timestamp) * 1000))} ${t.timezone}`;
}

function event(e) {
  const end = e.end.date ? (e.end.date === e.start.date ? "" : ` – ${e.end.date}`) : ` (${minutes(e)})`;
  return el("li", null, el("strong", null, e.title || label("无标题", "(no title)")), " ",
    el("span", { class: "muted" }, when(e.start), end), " ",
    e.free && el("span", { class: "badge good" }, label("空闲", "Free")), " ",
    e.place, " ", e.recurrence && code(e.recurrence), " ",
    commas(e.guests.map((g) => el("span", null, g.person ? personLink(g.person) : code(g.id), " ",
      el("span", { class: "muted" }, g.answer)))));
}

function minutes(e) {
  const length = (Number(e.end.timestamp) - Number(e.start.timestamp)) / 60;
  return `${Math.floor(length / 60)}:${pad(length % 60)}`;
}
