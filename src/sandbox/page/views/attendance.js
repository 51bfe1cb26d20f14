// Shifts, and attendance groups with who is in them.

import { el, fill, label, load, number } from "../dom.js";
import { code, commas, departmentLink, facts, pager, personLink } from "../parts.js";

export const title = ["考勤", "Attendance"];

const KINDS = { 1: ["固定班制", "Fixed"], 2: ["排班制", "Scheduled"], 3: ["自由班制", "Free"] };
const DAYS = [["一", "Mon"], ["二", "Tue"], ["三", "Wed"], ["四", "Thu"], ["五", "Fri"], ["六", "Sat"], ["日", "Sun"]];

export async function render(main) {
  const [groups, shifts] = [el("div"), el("div")];
  main.append(el("h1", null, label(...title)),
    el("h2", null, label("考勤组", "Attendance groups")), groups,
    el("h2", null, label("班次", "Shifts")), shifts);
  await Promise.all([
    list(groups, "attendance_groups", group, label("还没有考勤组。", "There are no attendance groups yet."), "POST /open-apis/attendance/v1/groups"),
    list(shifts, "shifts", shift, label("还没有班次。", "There are no shifts yet."), "POST /open-apis/attendance/v1/shifts"),
  ]);
}

async function list(into, name, card, none, how) {
  const go = async (offset) => {
    const page = await load(name, { offset });
    fill(into, page.total ? [page.items.map(card), pager(page, go)] : el("p", { class: "notice" }, none, " ", code(how)));
  };
  await go(0);
}

function card(thing, badges, describe) {
  return el("details", { class: "card group" },
    el("summary", null, el("strong", null, thing.name), " ", badges),
    facts(describe));
}

const badge = (tone, words) => [el("span", { class: `badge ${tone}` }, label(...words)), " "];
const span = ([from, to]) => `${from}–${to}`;

const shift = (s) =>
  card(s, [s.default && badge("wait", ["默认", "Default"]), s.rest_day && badge("wait", ["休息日", "Day of rest"]),
    el("span", { class: "muted" }, s.periods.map(span).join(", "))], [
    ["shift_id", "shift_id", code(s.id)],
    ["休息", "Breaks", s.breaks.map(span).join(", ")],
    ["用于", "Used by", s.used_by.join(", ")],
  ]);

const group = (g) =>
  card(g, [badge("wait", KINDS[g.kind] ?? [g.kind, g.kind]), el("span", { class: "muted" }, g.zone)], [
    ["group_id", "group_id", code(g.id)],
    ["班次", "Week", week(g.week)],
    ["特殊日期", "Special days", g.special.map((d) => `${d.day} ${d.shift ?? "–"}`).join(", ")],
    ["成员", "Members", who(g.users, g.departments)],
    ["无需打卡", "Exempt", who(g.exempt_users, g.exempt_departments)],
    ["负责人", "Leaders", commas(g.leaders.map((p) => personLink(p)))],
    ["打卡地点", "Places", g.places.join(", ")],
    ["已排班", "Scheduled", g.scheduled_days ? [number(g.scheduled_days), " ", label("天", "days")] : null],
  ]);

const who = (people, departments) =>
  people.length + departments.length ? commas([...departments.map((d) => departmentLink(d)), ...people.map((p) => personLink(p))]) : null;

const week = (names) =>
  names.length ? commas(names.map((name, i) => el("span", null, label(...DAYS[i]), " ", name ?? "–"))) : null;
