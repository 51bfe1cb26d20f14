// One person: everything that is known of them.

import { el, label, link, load, number } from "../dom.js";
import { badge, badges, breadcrumbs, code, commas, departmentLink, facts, missing, personLink } from "../parts.js";

export const title = ["人员", "Person"];
export const under = "people";

const GENDERS = [["保密", "Private"], ["男", "Male"], ["女", "Female"], ["其他", "Other"]];
const TYPES = [null, ["正式", "Regular"], ["实习", "Intern"], ["外包", "Outsourced"], ["劳务", "Contractor"], ["顾问", "Consultant"]];

export async function render(main, parameters) {
  const p = await load("person", { key: parameters.key });
  if (!p) return main.append(missing());
  document.title = `${p.name} · ${document.title.split(" · ").pop()}`;
  const f = p.fields;
  const type = TYPES[f.employee_type];
  main.append(
    el("article", { class: "card person" },
      el("header", null,
        el("span", { class: "avatar", "aria-hidden": "true" }, initials(p)),
        el("div", null,
          el("h1", null, p.name, " ", el("span", { class: "muted" }, p.en_name !== p.name && p.en_name)),
          el("p", null, [p.job_title, p.city].filter(Boolean).join(" · "), " ", badges(p.badges)))),
      el("div", { class: "columns" },
        section("联系方式", "Contact", facts([
          ["手机", "Mobile", p.mobile && el("span", null, code(p.mobile), f.mobile_visible === false && [" ", label("（隐藏）", "(hidden)")])],
          ["邮箱", "Email", p.email && code(p.email)],
          ["企业邮箱", "Company email", f.enterprise_email && code(f.enterprise_email)],
          ["工位", "Work station", f.work_station],
          ["城市", "City", p.city],
          ["国家或地区", "Country", f.country],
        ])),
        section("任职", "Employment", facts([
          ["直属上级", "Leader", p.leader && personLink(p.leader)],
          ["虚线上级", "Dotted-line leaders", commas(p.dotted_line_leaders.map((l) => personLink(l)))],
          ["人员类型", "Employee type", type ? label(...type) : String(f.employee_type)],
          ["工号", "Employee no.", f.employee_no && code(f.employee_no)],
          ["入职", "Joined", f.join_time && new Date(f.join_time * 1000).toLocaleDateString("sv-SE", { timeZone: "Asia/Shanghai" })],
          ["职级", "Job level", f.job_level_id],
          ["序列", "Job family", f.job_family_id],
          ["性别", "Gender", label(...(GENDERS[f.gender] ?? GENDERS[0]))],
          ["别名", "Nickname", f.nickname],
        ])),
        section("标识", "Ids", facts([
          ["user_id", "user_id", p.user_id && code(p.user_id)],
          ["union_id", "union_id", code(p.union_id)],
          ...p.open_ids.map((o) => [`open_id (${o.app_id})`, `open_id (${o.app_id})`, code(o.open_id)]),
        ])),
        section("部门", "Departments", el("ul", { class: "plain" },
          p.departments.map((d) => el("li", null, breadcrumbs(d.path), d.primary && p.departments.length > 1 && badge("primary"))))),
        p.leads.length > 0 && section("负责的部门", "Leads",
          el("ul", { class: "plain" }, p.leads.map((d) => el("li", null, departmentLink(d), " ", badge(d.role))))),
        p.groups.length > 0 && section("用户组", "Groups",
          el("p", null, commas(p.groups.map((g) => link("groups", { id: g.id }, null, g.name))))),
        p.reports.total > 0 && section(`下属 ${number(p.reports.total)}`, `Reports ${number(p.reports.total)}`,
          el("p", null, commas(p.reports.items.map((r) => personLink(r))), p.reports.total > p.reports.items.length && " …"))),
      el("details", null,
        el("summary", null, label("全部字段", "All fields")),
        el("pre", { tabindex: "0" }, JSON.stringify(f, null, 2)))));
}

const section = (zh, en, ...content) => el("section", null, el("h2", null, label(zh, en)), ...content);

// 张伟 → 伟, 欧阳明 → 明, Max Thompson → MT
function initials(p) {
  const latin = /^[\p{Script=Latin}\s.'-]+$/u.test(p.name);
  if (latin) return p.name.split(/\s+/).map((part) => part[0] ?? "").slice(0, 2).join("").toUpperCase();
  return [...p.name].at(-1) ?? "?";
}
