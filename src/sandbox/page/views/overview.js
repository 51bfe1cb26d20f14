// The tenant at a glance, and how to begin.

import { el, label, link, load, number, words } from "../dom.js";
import { facts, code } from "../parts.js";

export const title = ["概览", "Overview"];

export async function render(main, _parameters, { say }) {
  const data = await load("overview");
  const { tenant, counts } = data;
  const empty = counts.users === 0 && counts.departments === 0;
  const tiles = el("ul", { class: "tiles" },
    tile("人员", "People", counts.users, "people"),
    tile("部门", "Departments", counts.departments, "org"),
    tile("用户组", "Groups", counts.groups, "groups"),
    tile("未加入", "Not joined", counts.unjoined, "people", { status: "unjoined" }),
    tile("冻结", "Frozen", counts.frozen, "people", { status: "frozen" }),
    tile("已离职", "Resigned", counts.resigned, "people", { status: "resigned" }));
  main.append(
    el("h1", null, tenant.name),
    empty ? welcome() : tiles,
    el("div", { class: "columns" },
      el("section", { class: "card", "aria-labelledby": "tenant-facts" },
        el("h2", { id: "tenant-facts" }, label("租户", "Tenant")),
        facts([
          ["域名", "Domain", code(tenant.domain)],
          ["租户标识", "Tenant key", code(tenant.tenant_key)],
          ["企业编号", "Company id", code(tenant.display_id)],
          ["品牌", "Brand", tenant.brand === "lark" ? "Lark" : "飞书 Feishu"],
          ["应用", "Apps", data.apps.map((a) => el("div", null, code(a.app_id), " ", a.name))],
        ])),
      el("section", { class: "card", "aria-labelledby": "try" },
        el("h2", { id: "try" }, label("用 curl 试一试", "Try it with curl")),
        el("p", null, label("取令牌，再建一个部门；数字会自己变：", "Get a token, make a department; the numbers follow:")),
        example(data, say))));

  // Numbers move while somebody applies a manifest.
  const timer = setInterval(async () => {
    if (document.hidden) return;
    const fresh = await load("overview").catch(() => null);
    if (!fresh) return;
    // The first department has come: the page draws itself again, with numbers.
    if (empty && fresh.counts.departments + fresh.counts.users > 0) return dispatchEvent(new Event("hashchange"));
    for (const node of main.querySelectorAll("[data-count]")) {
      node.textContent = number(fresh.counts[node.dataset.count]);
    }
  }, 3000);
  return () => clearInterval(timer);

  function tile(zh, en, count, view, parameters) {
    const name = Object.keys(counts).find((k) => k === (parameters?.status ?? { people: "users", org: "departments", groups: "groups" }[view]));
    return el("li", null, link(view, parameters, { class: "tile" },
      el("span", { class: "count", "data-count": name }, number(count)), label(zh, en)));
  }
}

const welcome = () =>
  el("section", { class: "notice", "aria-label": words("开始", "Start here") },
    el("p", null, el("strong", null, label("这个租户还是空的。", "This tenant is still empty."))),
    el("ul", null,
      el("li", null, label("用下面的 curl 建第一个部门，或让任何飞书 SDK 指向这个地址：", "Make the first department with curl as shown below, or point any Feishu SDK at this address:"),
        el("pre", { tabindex: "0" }, location.origin)),
      el("li", null, label("或者带着一家虚构的公司重新启动：", "Or start again with an invented company:"),
        el("pre", { tabindex: "0" }, "larkctl sandbox serve --data .larkctl/company --seed 500,40"))));

function example(data, say) {
  const app = data.secret ? "cli_sandbox" : data.apps[0]?.app_id ?? "cli_sandbox";
  const secret = data.secret ?? "<app secret>";
  const text = [
    `TOKEN=$(curl -s ${location.origin}/open-apis/auth/v3/tenant_access_token/internal \\`,
    "  -H 'Content-Type: application/json' \\",
    `  -d '{"app_id":"${app}","app_secret":"${secret}"}' \\`,
    `  | sed 's/.*"tenant_access_token":"\\([^"]*\\)".*/\\1/')`,
    "",
    `curl -s "${location.origin}/open-apis/contact/v3/departments?department_id_type=department_id" \\`,
    "  -H \"Authorization: Bearer $TOKEN\" -H 'Content-Type: application/json' \\",
    `  -d '{"name":"我的部门 My team","parent_department_id":"0","department_id":"my-team"}'`,
  ].join("\n");
  const copy = async () => {
    await navigator.clipboard.writeText(text);
    say("已复制", "Copied");
  };
  return el("div", { class: "example" },
    el("pre", { tabindex: "0", "aria-label": words("示例命令", "Example command") }, text),
    navigator.clipboard && el("button", { type: "button", onclick: copy }, label("复制", "Copy")));
}
