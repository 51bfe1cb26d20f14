// Pieces that several views are made of.

import { el, hint, label, link, number, words } from "./dom.js";

const BADGES = {
  founder: ["创始人", "Founder", "good"],
  admin: ["管理员", "Admin", "good"],
  unjoined: ["未加入", "Not joined", "wait"],
  frozen: ["冻结", "Frozen", "bad"],
  resigned: ["已离职", "Resigned", "bad"],
  exited: ["已退出", "Left", "bad"],
  leader: ["负责人", "Leader", "good"],
  deputy: ["副负责人", "Deputy", "good"],
  hrbp: ["HRBP", "HRBP", "good"],
  primary: ["主部门", "Primary", "good"],
};

export function badge(name) {
  const [zh, en, tone] = BADGES[name] ?? [name, name, "wait"];
  return el("span", { class: `badge ${tone}` }, label(zh, en));
}

export const badges = (names) => (names ?? []).map(badge);

export const personLink = (person, attributes) => link("person", { key: person.key }, attributes, person.name || person.key);

export const departmentLink = (department, attributes) =>
  link("org", { d: department.id }, attributes, department.name || department.id);

// From the root to here; the last one is where we are.
export function breadcrumbs(path) {
  const last = path.length - 1;
  const item = (step, i) => el("li", null, departmentLink(step, { "aria-current": i === last ? "location" : null }));
  return el("nav", { class: "crumbs", "aria-label": words("路径", "Path") }, el("ol", null, path.map(item)));
}

// One node around all of them, so that whatever sets its neighbours apart does not do so within.
export function commas(nodes) {
  return nodes.length ? [el("span", null, nodes.flatMap((node, i) => (i ? [hint("、", ", "), node] : [node])))] : [];
}

export function pager(page, go) {
  const { total, offset, limit } = page;
  if (total <= limit) return null;
  const step = (zh, en, to, enabled) =>
    el("button", { type: "button", disabled: !enabled, onclick: () => go(to) }, label(zh, en));
  return el("nav", { class: "pager", "aria-label": words("翻页", "Pages") },
    step("上一页", "Previous", Math.max(0, offset - limit), offset > 0),
    el("span", null, `${number(offset + 1)}–${number(Math.min(offset + limit, total))} / ${number(total)}`),
    step("下一页", "Next", offset + limit, offset + limit < total));
}

// People as a table that becomes cards on a narrow screen.
export function peopleTable(items) {
  const cell = (zh, en, ...content) => el("td", { "data-label": words(zh, en) }, ...content);
  const head = (zh, en) => el("th", { scope: "col" }, label(zh, en));
  const row = (p) =>
    el("tr", null,
      el("th", { scope: "row" }, personLink(p, { class: "name" }), " ",
        p.en_name && p.en_name !== p.name && el("span", { class: "muted" }, p.en_name), " ", badges(p.badges)),
      cell("职务", "Title", p.job_title),
      cell("部门", "Department", commas(p.departments.map((d) => departmentLink(d)))),
      cell("手机", "Mobile", el("span", { class: "mono" }, p.mobile)),
      cell("邮箱", "Email", el("span", { class: "mono wrap" }, p.email)));
  return el("table", { class: "people" },
    el("thead", null, el("tr", null, head("姓名", "Name"), head("职务", "Title"), head("部门", "Department"),
      head("手机", "Mobile"), head("邮箱", "Email"))),
    el("tbody", null, items.map(row)));
}

// A list of named values; empty ones are left out.
export function facts(list) {
  const shown = list.filter(([, , value]) => value !== null && value !== undefined && value !== "" && value.length !== 0);
  return el("dl", { class: "facts" },
    shown.map(([zh, en, value]) => el("div", null, el("dt", null, label(zh, en)), el("dd", null, value))));
}

export const missing = () =>
  el("p", { class: "notice" }, label("没有找到，可能已被删除。", "Not found; it may have been deleted."));

export const code = (text) => el("span", { class: "mono wrap" }, text);
