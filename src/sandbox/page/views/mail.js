// Mail groups and public mailboxes; the members of one are fetched when it is opened.

import { el, fill, label, load, number } from "../dom.js";
import { code, commas, departmentLink, facts, pager, personLink } from "../parts.js";

export const title = ["邮件", "Mail"];

const SENDERS = {
  ANYONE: ["任何人", "Anyone"],
  ALL_INTERNAL_USERS: ["仅组织内部成员", "Everybody inside"],
  ALL_GROUP_MEMBERS: ["仅邮件组成员", "Members only"],
  CUSTOM_MEMBERS: ["自定义成员", "Chosen senders"],
};

export async function render(main) {
  const [groups, mailboxes, lost] = [el("div"), el("div"), el("div")];
  main.append(el("h1", null, label(...title)),
    el("h2", null, label("邮件组", "Mail groups")), groups,
    el("h2", null, label("公共邮箱", "Public mailboxes")), mailboxes, lost);
  await Promise.all([
    list(groups, "mail_groups", group, label("还没有邮件组。", "There are no mail groups yet."), "POST /open-apis/mail/v1/mailgroups"),
    list(mailboxes, "mailboxes", mailbox, label("还没有公共邮箱。", "There are no public mailboxes yet."), "POST /open-apis/mail/v1/public_mailboxes", (page) => fates(lost, page.fates)),
  ]);
}

async function list(into, name, card, none, how, also) {
  const go = async (offset) => {
    const page = await load(name, { offset });
    fill(into, page.total ? [page.items.map(card), pager(page, go)] : el("p", { class: "notice" }, none, " ", code(how)));
    also?.(page);
  };
  await go(0);
}

const group = (g) =>
  card(g, "mail_group", [g.everybody && badge("wait", "全员", "Everybody"), g.external && badge("bad", "含外部", "Strangers")], (full) => [
    ["mailgroup_id", "mailgroup_id", code(g.id)],
    ["说明", "Description", g.description],
    ["谁可发送", "Who may send", label(...(SENDERS[g.who_can_send] ?? [g.who_can_send, g.who_can_send]))],
    ["别名", "Aliases", commas(g.aliases.map(code))],
    ["成员", "Members", parties(full.members, g.count)],
    ["可发送成员", "Senders", parties(full.senders)],
    ["管理员", "Managers", parties(full.managers)],
  ]);

const mailbox = (m) =>
  card(m, "mailbox", [m.recycled && badge("bad", "回收站", "Recycled")], (full) => [
    ["public_mailbox_id", "public_mailbox_id", code(m.id)],
    ["数据驻留地", "Region", m.geo],
    ["别名", "Aliases", commas(m.aliases.map(code))],
    ["成员", "Members", parties(full.members, m.count)],
  ]);

function card(thing, kind, badges, describe) {
  const body = el("div");
  const open = async () => {
    if (body.firstChild) return;
    const full = await load(kind, { id: thing.id });
    if (full && !body.firstChild) body.append(facts(describe(full)));
  };
  return el("details", { class: "card group", ontoggle: (event) => event.target.open && open() },
    el("summary", null, el("strong", null, thing.name), " ", code(thing.email), " ",
      badges, " ",
      el("span", { class: "muted" }, number(thing.count), "\u00a0", label("成员", "members"),
        thing.aliases.length > 0 && [` · ${number(thing.aliases.length)}\u00a0`, label("别名", "aliases")])),
    body);
}

const badge = (tone, zh, en) => el("span", { class: `badge ${tone}` }, label(zh, en));

function parties(list, count = list.length) {
  const one = (p) => {
    if (p.person) return personLink(p.person);
    if (p.department) return departmentLink(p.department);
    return p.everybody ? label("全员", "Everybody") : code(p.address);
  };
  return list.length ? [commas(list.map(one)), count > list.length && " …"] : null;
}

// What became of the mail of the mailboxes that were removed.
function fates(into, list) {
  const one = (f) => el("li", null, code(f.address), " → ", f.moved_to ? code(f.moved_to) : label("已销毁", "destroyed"));
  fill(into, list.length ? [el("h2", null, label("已移除邮箱的邮件", "Mail of removed mailboxes")), el("ul", null, list.map(one))] : []);
}
