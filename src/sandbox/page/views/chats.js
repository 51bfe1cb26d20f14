// Chats; what is in one is fetched when it is opened.

import { el, fill, label, load, number } from "../dom.js";
import { code, commas, departmentLink, facts, pager, personLink } from "../parts.js";

export const title = ["群聊", "Chats"];

export async function render(main, parameters) {
  const list = el("div", { class: "results" });
  main.append(el("h1", null, label(...title)), list);
  const chosen = parameters.id && (await load("chat", { id: parameters.id }));
  if (chosen) list.append(card(chosen, true));
  const all = el("div");
  main.append(all);
  const go = async (offset) => {
    const page = await load("chats", { offset });
    const others = page.items.filter((c) => c.id !== chosen?.id);
    fill(all, page.total
      ? [others.map((c) => card(c, false)), pager(page, go)]
      : el("p", { class: "notice" }, label("还没有群聊。", "There are no chats yet."), " ", code("POST /open-apis/im/v1/chats")));
  };
  await go(0);
}

const mark = (zh, en, tone) => el("span", { class: `badge ${tone}` }, label(zh, en));

// A number and what it counts, on one line.
const count = (n, zh, en) => [number(n), "\u00a0", label(zh, en)];

function card(chat, open) {
  const body = el("div");
  const describe = async () => {
    if (body.firstChild) return;
    const c = chat.members ? chat : await load("chat", { id: chat.id });
    if (!c || body.firstChild) return;
    body.append(facts(rows(c)));
  };
  if (open) describe();
  return el("details", { class: "card group", open, ontoggle: (event) => event.target.open && describe() },
    el("summary", null, el("strong", null, chat.name ?? label("无主题", "(no subject)")), " ",
      chat.dissolved && mark("已解散", "Dissolved", "bad"),
      chat.public && mark("公开", "Public", "good"),
      chat.external && mark("外部", "External", "wait"),
      chat.department && mark("部门群", "Department", "good"),
      chat.pending > 0 && mark("待审批", "Waiting", "wait"),
      " ", el("span", { class: "muted" }, count(chat.users, "人", "people"), " · ", count(chat.bots, "机器人", "bots"))),
    body);
}

const ALL = ["所有成员", "all_members"];
const SPEAKERS = { all_members: ALL, only_owner: ["群主和管理员", "only_owner"], moderator_list: ["指定成员", "moderator_list"] };

function rows(c) {
  const people = (list) => commas(list.map((p) => personLink(p)));
  const bots = (list) => commas(list.map((b) => code(b)));
  const both = (a, b) => el("span", null, people(a), a.length > 0 && b.length > 0 && " · ", bots(b));
  const settings = Object.entries(c.settings);
  return [
    ["chat_id", "chat_id", code(c.id)],
    ["说明", "Description", c.description],
    ["部门", "Department", c.department && departmentLink(c.department)],
    ["群主", "Owner", c.owner ? personLink(c.owner) : c.owner_bot && code(c.owner_bot)],
    ["管理员", "Managers", c.managers.length + c.bot_managers.length > 0 && both(c.managers, c.bot_managers)],
    ["成员", "Members", c.members.length + c.bot_ids.length > 0 && [both(c.members, c.bot_ids), c.users > c.members.length && " …"]],
    ["发言", "May speak", label(...(SPEAKERS[c.moderation] ?? [c.moderation, c.moderation]))],
    ["公告", "Announcement", announcement(c.announcement)],
    ["标签页", "Tabs", commas(c.tabs.map((t) => el("span", null, t.name || t.kind, t.address && [" ", code(t.address)])))],
    ["菜单", "Menu", c.menu.length > 0 && el("ul", null, c.menu.map(entry))],
    ["设置", "Settings", el("ul", null, settings.map(([name, value]) => el("li", null, code(`${name}: ${value}`))))],
  ].filter(([, , value]) => value);
}

function announcement(a) {
  return [
    el("span", { class: "muted" }, `${a.kind} · ${number(a.revision)}`), a.pinned && [" ", mark("置顶", "Pinned", "good")],
    a.text.split("\n").filter((line) => line).map((line) => el("p", null, line)),
  ];
}

const entry = (item) =>
  el("li", null, item.name, item.link && [" ", code(item.link)],
    item.children?.length > 0 && el("ul", null, item.children.map(entry)));
