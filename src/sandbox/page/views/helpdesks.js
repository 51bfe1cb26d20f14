// Helpdesks; what is at one is fetched when it is opened.

import { el, fill, label, load, number } from "../dom.js";
import { code, commas, facts, pager, personLink } from "../parts.js";

export const title = ["服务台", "Helpdesks"];

const DAYS = {
  1: ["周一", "Mon"], 2: ["周二", "Tue"], 3: ["周三", "Wed"], 4: ["周四", "Thu"], 5: ["周五", "Fri"], 6: ["周六", "Sat"], 7: ["周日", "Sun"],
  9: ["每天", "Every day"], 10: ["工作日", "Weekdays"], 11: ["周末", "Weekend"],
};
const STATUS = { 1: ["在线", "Online", "good"], 2: ["离线", "Offline", "wait"], 3: ["下班", "Off duty", "wait"] };
const OPERATORS = { 2: "≥", 3: "≤", 5: "=", 6: "≠", 7: "∉", 8: "∈" };

export async function render(main) {
  const all = el("div");
  main.append(el("h1", null, label(...title)), all);
  const go = async (offset) => {
    const page = await load("helpdesks", { offset });
    fill(all, page.total
      ? [page.items.map(card), pager(page, go)]
      : el("p", { class: "notice" }, label("还没有服务台。服务台只能由人创建。", "There are no helpdesks yet. Only people make them."), " ",
        code('POST /_sandbox/act {"action": "helpdesk"}')));
  };
  await go(0);
}

function card(desk) {
  const body = el("div");
  const open = async () => {
    if (body.firstChild) return;
    const full = await load("helpdesk", { id: desk.id });
    if (full && !body.firstChild) body.append(facts(rows(full)));
  };
  return el("details", { class: "card group", ontoggle: (event) => event.target.open && open() },
    el("summary", null, el("strong", null, desk.name), " ", code(desk.id), " ",
      desk.foreign && [badge(["外部", "Foreign", "bad"]), " "],
      el("span", { class: "muted" }, number(desk.agents), "\u00a0", label("客服", "agents"),
        " · ", number(desk.faqs), "\u00a0", label("知识", "FAQs"))),
    body);
}

const badge = ([zh, en, tone]) => el("span", { class: `badge ${tone}` }, label(zh, en));
const items = (list, one) => (list.length ? el("ul", null, list.map((item) => el("li", null, one(item)))) : null);

const rows = (d) => [
  ["所有者", "Owner", d.owner && personLink(d.owner)],
  ["管理员", "Administrators", commas(d.admins.map((p) => personLink(p)))],
  ["客服", "Agents", items(d.agents, agent)],
  ["技能", "Skills", items(d.skills, skill)],
  ["知识库分类", "Categories", tree(d.categories)],
  ["知识", "FAQs", items(d.faqs, faq)],
  ["回收站", "Recycle bin", d.bin.join(", ")],
  ["工单字段", "Ticket fields", items(d.fields, field)],
  ["事件订阅", "Events", items(d.events, ([app, event]) => [code(event), " ← ", code(app)])],
];

const agent = (a) => [
  a.person ? personLink(a.person) : "–", " ", badge(STATUS[a.status] ?? [a.status, a.status, "bad"]), " ",
  commas(a.hours.map(([day, from, to]) => el("span", null, label(...(DAYS[day] ?? [day, day])), ` ${from}–${to}`))),
  a.skills.length > 0 && [" · ", a.skills.join(", ")],
];

const skill = (s) => [
  el("strong", null, s.name), " ", s.default && [badge(["默认", "Default", "wait"]), " "],
  el("span", { class: "muted" }, number(s.members), "\u00a0", label("客服", "agents")),
  items(s.rules, ([id, name, operator, operand]) => [name || id, ` ${OPERATORS[operator] ?? operator} `, code(operand)]),
];

const tree = (list) => items(list, (c) => [c.name, " ", el("span", { class: "muted" }, c.language), tree(c.children)]);

const faq = (f) => [
  el("strong", null, f.question), " ", el("span", { class: "muted" }, f.category), f.tags.length > 0 && [" · ", f.tags.join(", ")],
  el("p", { class: "answer" }, f.answer), f.by && personLink(f.by),
];

const field = (f) => [
  number(f.position), ". ", el("strong", null, f.name), " ", code(f.key_name), " ", code(f.type), " ",
  f.required && [badge(["必填", "Required", "wait"]), " "],
  !f.visible && [badge(["隐藏", "Hidden", "wait"]), " "],
  !f.editable && badge(["系统", "System", "good"]),
  options(f.options),
];

const options = (list) => items(list, (o) => [o.name, options(o.children)]);
