// The org chart: a tree that loads as it opens, and the department that is chosen.

import { el, fill, label, link, load, number, words, address } from "../dom.js";
import { badge, breadcrumbs, code, commas, facts, missing, pager, peopleTable, personLink } from "../parts.js";

export const title = ["组织架构", "Org chart"];

export async function render(main, parameters) {
  const chosen = parameters.d ?? "0";
  const [root, department] = await Promise.all([load("tree"), load("tree", { parent: chosen })]);
  const tree = el("ul", { role: "tree", class: "tree", "aria-label": words("组织架构", "Org chart") });
  const detail = el("section", { class: "card detail", "aria-live": "polite" });
  main.append(
    el("h1", null, label(...title)),
    el("div", { class: "split" }, el("div", { class: "card trunk" }, tree), detail));
  const top = node({ ...root, departments: root.children.length }, 1, chosen);
  tree.append(top.item);
  await top.open(root);
  // Opens the way down to what the address names.
  let at = top;
  for (const step of (department?.path ?? []).slice(1)) {
    const next = at.children.get(step.id);
    if (!next) break;
    at = next;
    if (step.id !== chosen || department.children.length) await at.open(step.id === chosen ? department : null);
  }
  focusable(tree, at.item);
  keys(tree);
  if (department) await describe(detail, department);
  else detail.append(missing());
}

// A line of the tree, with `open` to load and show what is below.
function node(data, level, chosen) {
  const group = el("ul", { role: "group", hidden: true });
  const hasChildren = data.departments > 0;
  const self = { children: new Map() };
  const toggle = el("span", { class: "toggle", "aria-hidden": "true" });
  const leader = data.leaders?.find((l) => l.primary);
  const row = el("a", { class: "row", href: address("org", { d: data.id }), tabindex: "-1" },
    toggle,
    el("span", { class: "title" }, data.name,
      data.en_name && data.en_name !== data.name && el("small", { lang: "en" }, data.en_name)),
    el("span", { class: "who" }, leader?.name),
    el("span", { class: "count", title: words("人数（含下级）", "People, with those below") }, number(data.people)));
  self.item = el("li", {
    role: "treeitem",
    "aria-level": level,
    "aria-expanded": hasChildren ? "false" : null,
    "aria-selected": data.id === chosen ? "true" : "false",
    "aria-label": `${data.name}, ${number(data.people)} ${words("人", "people")}${leader ? `, ${words("负责人", "leader")} ${leader.name}` : ""}`,
    "data-id": data.id,
    tabindex: "-1",
  }, row, hasChildren && group);
  self.open = async (known) => {
    if (!hasChildren) return;
    if (!group.firstChild) {
      const loaded = known ?? (await load("tree", { parent: data.id }));
      for (const child of loaded?.children ?? []) {
        const next = node(child, level + 1, chosen);
        self.children.set(child.id, next);
        group.append(next.item);
      }
    }
    set(true);
  };
  const set = (open) => {
    group.hidden = !open;
    self.item.setAttribute("aria-expanded", String(open));
  };
  const flip = () => (group.hidden ? self.open() : set(false));
  self.item.addEventListener("flip", (event) => {
    event.stopPropagation();
    if (hasChildren && event.detail === group.hidden) flip();
  });
  toggle.addEventListener("click", (event) => {
    if (!hasChildren) return;
    event.preventDefault();
    event.stopPropagation();
    flip();
  });
  return self;
}

function focusable(tree, item) {
  for (const other of tree.querySelectorAll('[role="treeitem"][tabindex="0"]')) other.tabIndex = -1;
  item.tabIndex = 0;
}

// The keys that a tree has everywhere: arrows walk and open, Enter chooses.
function keys(tree) {
  const visible = () => [...tree.querySelectorAll('[role="treeitem"]')].filter((i) => !i.parentElement.closest("[hidden]"));
  tree.addEventListener("keydown", (event) => {
    const item = event.target.closest('[role="treeitem"]');
    const all = visible();
    const at = all.indexOf(item);
    const state = item.getAttribute("aria-expanded");
    const flip = (open) => item.dispatchEvent(new CustomEvent("flip", { detail: open }));
    const moves = {
      ArrowDown: () => all[at + 1],
      ArrowUp: () => all[at - 1],
      Home: () => all[0],
      End: () => all[all.length - 1],
      ArrowRight: () => (state === "false" ? void flip(true) : state === "true" ? all[at + 1] : null),
      ArrowLeft: () => (state === "true" ? void flip(false) : item.parentElement.closest('[role="treeitem"]')),
      Enter: () => void item.querySelector("a").click(),
    };
    if (!moves[event.key]) return;
    event.preventDefault();
    const next = moves[event.key]();
    if (next) {
      focusable(tree, next);
      next.focus();
    }
  });
}

async function describe(detail, d) {
  const names = d.i18n_name ?? {};
  const leaders = (d.leaders ?? []).map((l) => el("span", null, personLink(l), " ", badge(l.primary ? "leader" : "deputy")));
  const members = el("div", { class: "members" });
  fill(detail,
    breadcrumbs(d.path),
    el("h2", null, d.name),
    facts([
      ["department_id", "department_id", code(d.id)],
      ["open_department_id", "open_department_id", d.open_department_id && code(d.open_department_id)],
      ["名称", "Names", [names.zh_cn, names.en_us, names.ja_jp].filter(Boolean).join(" · ")],
      ["负责人", "Leaders", leaders.length ? leaders : d.id !== "0" && label("没有", "None")],
      ["HRBP", "HRBP", commas((d.hrbps ?? []).map((p) => personLink(p)))],
      ["排序", "Order", d.order === undefined ? null : number(d.order)],
      ["单位", "Unit", d.unit_id],
      ["部门群", "Chat", d.chat_id && code(d.chat_id)],
      ["下级部门", "Children", number(d.children.length)],
      ["直属成员", "Direct members", number(d.members)],
      ["全部人员", "All people", link("people", { department: d.id }, null, number(d.people))],
    ].filter(([, , v]) => v)),
    el("h3", null, label("直属成员", "Direct members")), members);
  const go = async (offset) => {
    const page = await load("people", { department: d.id, direct: "1", offset });
    fill(members, page.total
      ? [peopleTable(page.items), pager(page, go)]
      : el("p", { class: "muted" }, label("没有直属成员。", "Nobody directly here.")));
  };
  await go(0);
}
