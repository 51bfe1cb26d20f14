// Everybody, by whatever one knows of them.

import { address, debounced, el, fill, hint, label, load, number, words } from "../dom.js";
import { departmentLink, pager, peopleTable } from "../parts.js";

export const title = ["人员", "People"];

const STATES = [
  ["", "全部", "All"],
  ["active", "正常", "Active"],
  ["unjoined", "未加入", "Not joined"],
  ["frozen", "冻结", "Frozen"],
  ["resigned", "已离职", "Resigned"],
];

export async function render(main, parameters, { say }) {
  const asked = { q: parameters.q ?? "", status: parameters.status ?? "", department: parameters.department ?? "" };
  const results = el("div", { class: "results" });
  const field = el("input", {
    type: "search", id: "q", name: "q", value: asked.q, autocomplete: "off", spellcheck: "false",
    placeholder: hint("姓名、拼音、手机、邮箱、ID", "name, pinyin, mobile, email, id"),
  });
  const state = el("select", { id: "state" },
    STATES.map(([value, zh, en]) => el("option", { value, selected: value === asked.status }, words(zh, en))));
  main.append(
    el("h1", null, label(...title)),
    el("form", { role: "search", class: "bar", onsubmit: (event) => event.preventDefault() },
      el("div", { class: "grow" }, el("label", { for: "q" }, label("搜索", "Search")), field),
      el("div", null, el("label", { for: "state" }, label("状态", "Status")), state)),
    results);

  let turn = 0;
  const go = async (offset) => {
    const mine = ++turn;
    const page = await load("people", { ...asked, offset });
    if (mine !== turn) return;
    fill(results, page ? found(page, go) : label("没有这个部门。", "There is no such department."));
    if (page) say(`找到 ${page.total} 人`, `${page.total} people found`);
  };
  const changed = () => {
    asked.q = field.value.trim();
    asked.status = state.value;
    // The address follows, so that a search can be passed on, without a step in the history for every letter.
    history.replaceState(null, "", address("people", asked));
    return go(0);
  };
  field.addEventListener("input", debounced(150, changed));
  state.addEventListener("change", changed);
  await go(0);

  function found(page, next) {
    const everyone = el("button", { type: "button", onclick: () => { asked.department = ""; changed(); } }, label("取消", "Clear"));
    return [
      page.department && el("p", { class: "filter" },
        label("部门（含下级）：", "In department, with those below:"), " ", departmentLink(page.department), " ", everyone),
      page.departments.length > 0 && el("p", { class: "filter" },
        label("部门：", "Departments:"), " ", page.departments.map((d) => [departmentLink(d, { class: "chip" }), " "])),
      el("p", { class: "muted" }, `${number(page.total)} ${words("人", "people")}`),
      page.total ? [peopleTable(page.items), pager(page, next)]
        : el("p", { class: "notice" }, label("没有符合的人。", "Nobody matches.")),
    ];
  }
}
