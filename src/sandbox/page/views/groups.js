// User groups; the members of one are fetched when it is opened.

import { el, fill, label, load, number } from "../dom.js";
import { code, commas, departmentLink, facts, pager, personLink } from "../parts.js";

export const title = ["用户组", "Groups"];

export async function render(main, parameters) {
  const list = el("div", { class: "results" });
  main.append(el("h1", null, label(...title)), list);
  const chosen = parameters.id && (await load("group", { id: parameters.id }));
  if (chosen) list.append(card(chosen, true));
  const all = el("div");
  main.append(all);
  const go = async (offset) => {
    const page = await load("groups", { offset });
    const others = page.items.filter((g) => g.id !== chosen?.id);
    fill(all, page.total
      ? [others.map((g) => card(g, false)), pager(page, go)]
      : el("p", { class: "notice" }, label("还没有用户组。", "There are no groups yet."), " ", code("POST /open-apis/contact/v3/group")));
  };
  await go(0);
}

function card(group, open) {
  const body = el("div");
  const describe = async () => {
    if (body.firstChild) return;
    const g = group.members ? group : await load("group", { id: group.id });
    if (!g || body.firstChild) return;
    body.append(facts([
      ["group_id", "group_id", code(g.id)],
      ["说明", "Description", g.description],
      ["部门", "Departments", commas(g.departments.map((d) => departmentLink(d)))],
      ["成员", "Members", g.members.length > 0 && [commas(g.members.map((p) => personLink(p))), g.users > g.members.length && " …"]],
    ].filter(([, , value]) => value)));
  };
  if (open) describe();
  return el("details", { class: "card group", open, ontoggle: (event) => event.target.open && describe() },
    el("summary", null, el("strong", null, group.name), " ",
      group.dynamic && [el("span", { class: "badge wait" }, label("动态", "Dynamic")), " "],
      el("span", { class: "muted" }, number(group.users), " ", label("人", "people"),
        group.departments.length > 0 && [` · ${number(group.departments.length)} `, label("部门", "departments")])),
    body);
}
