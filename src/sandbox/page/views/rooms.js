// Meeting rooms: the tree of levels, fetched as it opens, with the rooms on each and their rules.

import { el, label, load, number } from "../dom.js";
import { code, commas, departmentLink, facts, personLink } from "../parts.js";

export const title = ["会议室", "Rooms"];

export async function render(main) {
  const root = await load("rooms");
  main.append(el("h1", null, label(...title)));
  if (!root.levels.length && !root.rooms.length) {
    main.append(el("p", { class: "notice" }, label("还没有会议室层级。", "There are no levels of rooms yet."), " ", code("POST /open-apis/vc/v1/room_levels")));
    return;
  }
  main.append(el("p", { class: "muted" }, number(root.total), "\u00a0", label("会议室", "rooms")), below(root));
}

const below = (level) => el("div", null, rules(level.rules), level.levels.map(levelCard), level.rooms.map(roomCard));

const levelCard = (l) =>
  card(l, "level", [code(l.custom_id), " ", el("span", { class: "muted" }, number(l.rooms), "\u00a0", label("会议室", "rooms"))],
    async () => {
      const full = await load("rooms", { level: l.id });
      return full && [facts([["room_level_id", "room_level_id", code(full.id)]]), below(full)];
    });

const roomCard = (r) =>
  card(r, "room", [code(r.custom_id), " ", !r.open && badge("bad", "停用", "Closed"), " ",
    el("span", { class: "muted" }, number(r.capacity), "\u00a0", label("人", "seats"))],
    async () => {
      const full = await load("room", { id: r.id });
      return full && [facts([
        ["room_id", "room_id", code(full.id)],
        ["门牌号", "Display id", code(full.display_id)],
        ["位置", "Place", full.path.join(" / ")],
        ["说明", "Description", full.description],
        ["设备", "Devices", commas(full.devices)],
        ["停用时间", "Closed", full.closed && span(full.closed)],
        ["停用原因", "Reason", full.reason],
        ["联系人", "Contacts", commas(full.contacts.map((p) => personLink(p)))],
      ]), rules(full.rules)];
    });

function card(thing, kind, more, describe) {
  const body = el("div");
  const open = async () => {
    if (body.firstChild) return;
    const full = await describe();
    if (full && !body.firstChild) body.append(...full);
  };
  const ontoggle = (event) => event.target === node && node.open && open();
  const node = el("details", { class: `card group ${kind}`, ontoggle }, el("summary", null, el("strong", null, thing.name), " ", more), body);
  return node;
}

const badge = (tone, zh, en) => el("span", { class: `badge ${tone}` }, label(zh, en));

const moment = (seconds) => new Date(seconds * 1000).toISOString().slice(0, 16).replace("T", " ") + " UTC";

const span = (closed) => [moment(closed.start), " – ", closed.end ? moment(closed.end) : label("永久", "for ever")];

const clock = (seconds) => `${String(Math.floor(seconds / 3600)).padStart(2, "0")}:${String(Math.floor(seconds / 60) % 60).padStart(2, "0")}`;

const parties = (p) => p && commas([...p.people.map((x) => personLink(x)), ...p.departments.map((x) => departmentLink(x))]);

function rules(r) {
  return facts([
    ["谁可预订", "Who may book", parties(r.who)],
    ["可预订时间", "When", r.times && `${clock(r.times.from)}–${clock(r.times.to)}, ${r.times.days} d, ${r.times.hours} h`],
    ["审批", "Approval", r.approval && [r.approval.over ? `> ${r.approval.over / 100} h: ` : "", commas(r.approval.approvers.map((p) => personLink(p)))]],
    ["预订表单", "Form", r.form && label("已开启", "on")],
    ["预订管理员", "Admins", parties(r.admins)],
    ["停用通知", "Told of closures", parties(r.informed)],
  ]);
}
