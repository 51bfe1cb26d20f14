// Looks at the page as a person would, on a desk and on a phone: node check.mjs seeded|empty ADDRESS PICTURES
//
// The seeded tenant has 500 people. Anything that the page complains of, any
// request to another host and any dialog fails the run.

import assert from "node:assert/strict";
import { appendFileSync, mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";

import { Browser } from "./chromium.mjs";

const [which, address, folder] = process.argv.slice(2);
mkdirSync(folder, { recursive: true });
const hostile = "<script>window.ran = 1</script><img src=x onerror=\"window.ran = 2\">";

const json = async (path, init) => (await fetch(address + path, init)).json();

async function api(path, body, method = "POST") {
  const headers = { "content-type": "application/json; charset=utf-8" };
  const app = { app_id: "cli_sandbox", app_secret: "sandbox-secret" };
  const token = await json("/open-apis/auth/v3/tenant_access_token/internal", { method: "POST", headers, body: JSON.stringify(app) });
  assert.equal(token.code, 0, JSON.stringify(token));
  headers.authorization = `Bearer ${token.tenant_access_token}`;
  return json(path, { method, headers, body: JSON.stringify(body) });
}

// As `api`, and it must succeed; gives what was answered.
async function done(path, body, method) {
  const reply = await api(path, body, method);
  assert.equal(reply.code, 0, `${path}: ${JSON.stringify(reply)}`);
  return reply.data;
}

async function control(path, body, method = "POST") {
  const reply = await json(`/_sandbox/${path}`, { method, headers: { "content-type": "application/json" }, body: JSON.stringify(body) });
  assert.ok(!reply.error, `${path}: ${reply.error}`);
}

// Some who have joined and can be put into things.
async function colleagues(count) {
  const { items } = await json("/_sandbox/page/people.json?offset=100");
  const there = items.filter((p) => !(p.badges ?? []).some((b) => ["unjoined", "frozen", "resigned", "exited"].includes(b)));
  assert.ok(there.length >= count, `${there.length} people have joined`);
  return there.slice(0, count);
}

const IDS = "user_id_type=user_id&department_id_type=department_id";
// Opens the card of that name, and waits for what is loaded then.
async function unfold(name) {
  const card = `[...document.querySelectorAll("details.card")].find((d) => d.querySelector("strong").innerText === ${JSON.stringify(name)})`;
  await until(card, `a card ${name}`);
  await value(`${card}.querySelector("summary").click()`);
  await until(`${card}.querySelector("dl.facts")`, `${name} opens`);
  return { text: () => value(`${card}.innerText`), card };
}

const browser = await Browser.start(process.env.CHROMIUM ?? "/usr/bin/chromium");
const { value, until } = { value: (e) => browser.value(e), until: (e, w) => browser.until(e, w) };
const text = (selector) => value(`document.querySelector(${JSON.stringify(selector)})?.innerText`);

// Goes to a view and waits until it is drawn. The page hears of the new address a moment after it was set; until
// then the view before, which may be the same one with other parameters, would be taken for it.
async function visit(place) {
  await value(`new Promise((heard) => {
    const { href } = new URL(${JSON.stringify(place)}, location.href);
    if (location.href === href) return heard();
    const listen = ({ newURL }) => {
      if (newURL !== href) return;
      removeEventListener("hashchange", listen);
      heard();
    };
    addEventListener("hashchange", listen);
    location.href = href;
  })`);
  const view = place.slice(2).split("?")[0];
  await until(`document.querySelector("main > .view-${view}") && !document.querySelector("main[aria-busy]")`, place);
}

async function picture(name) {
  writeFileSync(join(folder, `${name}.png`), await browser.picture());
}

async function fits(name) {
  const [wide, room] = await value("[document.documentElement.scrollWidth, document.documentElement.clientWidth]");
  assert.ok(wide <= room, `${name} scrolls sideways: ${wide} of ${room}`);
}

// Opens every card of the view, those inside of others too, and waits until each is filled.
async function openAll() {
  await until(`(() => {
    const closed = [...document.querySelectorAll('details.card:not([open])')];
    closed.forEach((card) => card.querySelector('summary').click());
    return !closed.length && [...document.querySelectorAll('details.card')].every((d) => d.querySelector('dl.facts'));
  })()`, "every card is filled");
}

const seeded = {
  async "the overview counts and tells a newcomer what to do"() {
    await until("document.querySelector('.tiles')");
    assert.equal(await text('[data-count="users"]'), "500");
    assert.match(await text("main"), /app_id":"cli_sandbox/);
    await picture("desktop-overview");
  },

  async "the org chart opens level by level, with leaders and counts"() {
    await visit("#/org");
    const first = '[role="treeitem"] [role="treeitem"]';
    await until(`document.querySelector('${first}')`);
    assert.match(await text("[role=tree]"), /研发中心/);
    const before = await value("document.querySelectorAll('[role=treeitem]').length");
    await value(`document.querySelector('${first} .toggle').click()`);
    await until(`document.querySelectorAll('[role=treeitem]').length > ${before}`, "children are loaded");
    assert.match(await text(`${first} .who`), /\S/);
    assert.ok(Number(await text(`${first} .count`)) > 1);
    await value("[...document.querySelectorAll('[data-id=rd] [role=treeitem] a')][0].click()");
    await until("document.querySelectorAll('.detail .crumbs li').length === 3", "breadcrumbs");
    await until("document.querySelector('.detail .members').innerText.trim()", "members");
    await picture("desktop-org");
  },

  async "the tree is walked with the keyboard"() {
    await visit("#/org");
    await value("document.querySelector('[role=treeitem][tabindex=\"0\"]').focus()");
    const at = () => value("document.activeElement.dataset.id");
    await browser.key("ArrowDown");
    assert.equal(await at(), "rd");
    await browser.key("ArrowRight");
    await until("document.querySelector('[data-id=rd]').getAttribute('aria-expanded') === 'true' && document.querySelector('[data-id=rd] li')");
    await browser.key("ArrowRight");
    assert.notEqual(await at(), "rd");
    await browser.key("ArrowLeft");
    assert.equal(await at(), "rd");
    await browser.key("Enter");
    await until("location.hash.includes('d=rd')");
  },

  async "people are found by a Chinese name, a mobile, an address and pinyin"() {
    const { items } = await json("/_sandbox/page/people.json?offset=50");
    const someone = items.find((p) => /^\p{Script=Han}{3}$/u.test(p.name) && p.mobile.startsWith("+86"));
    for (const words of [someone.name, someone.mobile.slice(3), someone.mobile, someone.email, someone.user_id.replace(".", "")]) {
      await visit("#/overview");
      await visit("#/people");
      await value("document.getElementById('q').focus()");
      await browser.type(words);
      await until(`document.querySelector('tbody tr') && location.hash.includes("q=")`);
      await until(`document.querySelector("tbody").innerText.includes(${JSON.stringify(someone.email)})`, `${words} finds ${someone.name}`);
    }
    await picture("desktop-search");
    await visit("#/people");
    await until("document.querySelectorAll('tbody tr').length === 50");
    await picture("desktop-people");
    const first = await text("tbody tr");
    await value("document.querySelector('.pager button:last-child').click()");
    await until(`document.querySelector("tbody tr").innerText !== ${JSON.stringify(first)}`, "the next page");
    await visit(`#/person?key=${someone.user_id}`);
    const card = await text(".person");
    for (const part of [someone.name, someone.mobile, someone.email, someone.user_id, "on_", "ou_"]) {
      assert.ok(card.includes(part), `the card shows ${part}`);
    }
    await picture("desktop-person");
  },

  async "frozen and invited people wear a badge"() {
    for (const [status, badge] of [["frozen", "冻结"], ["unjoined", "未加入"]]) {
      await visit(`#/people?status=${status}`);
      await until("document.querySelector('tbody tr')");
      const without = await value(`[...document.querySelectorAll("tbody tr")].map((tr) => tr.innerText).filter((t) => !t.includes(${JSON.stringify(badge)}))`);
      assert.deepEqual(without, [], `everybody who is ${status} wears ${badge}`);
    }
  },

  async "groups are shown, with their members"() {
    await visit("#/groups");
    await until("document.querySelector('.group')");
    const { items } = await json("/_sandbox/page/groups.json");
    const names = await value("[...document.querySelectorAll('.group summary strong')].map((n) => n.innerText)");
    assert.deepEqual(names, items.map((g) => g.name));
    // Which group comes first is not what this is about.
    const dynamic = "[...document.querySelectorAll('.group')].find((g) => /动态/.test(g.querySelector('summary').innerText))";
    assert.ok(await value(`Boolean(${dynamic})`), "a dynamic group says so");
    await value(`${dynamic}.querySelector("summary").click()`);
    await until(`${dynamic}.querySelector("dd a")`, "members are loaded");
    await picture("desktop-groups");
    await value(`${dynamic}.querySelector("dd a[href^='#/person']").click()`);
    await until("document.querySelector('.person')");
    assert.match(await text(".person"), /用户组/);
  },

  async "chats are shown, with people, announcement, tabs and menu"() {
    const [ann, ben, eva, ...others] = await colleagues(12);
    const ids = [ann, ben, eva, ...others].map((p) => p.user_id);
    const chats = "/open-apis/im/v1/chats";
    const { chat_id } = await done(`${chats}?${IDS}`, {
      name: "发布列车", description: "每周一上线，先在这里登记", user_id_list: ids, edit_permission: "only_owner",
    });
    const at = `${chats}/${chat_id}`;
    await done(`${at}/managers/add_managers?member_id_type=user_id`, { manager_ids: [ann.user_id, ben.user_id] });
    await done(`${at}/moderation?${IDS}`, { moderation_setting: "moderator_list", moderator_added_list: [eva.user_id] }, "PUT");
    const line = (number, kind, content) => ({ block_type: number, [kind]: { elements: [{ text_run: { content } }] } });
    await done(`/open-apis/docx/v1/chats/${chat_id}/announcement/blocks/${chat_id}/children`, {
      children: [line(3, "heading1", "发布规则"), line(12, "bullet", "周五不发布"), line(2, "text", `${hostile} 有问题找值班`)],
    });
    await done(`${at}/top_notice/put_top_notice`, { chat_top_notice: [{ action_type: "2" }] });
    await done(`${at}/chat_tabs`, { chat_tabs: [
      { tab_type: "url", tab_name: "看板", tab_content: { url: "https://example.com/board" } },
      { tab_type: "doc", tab_name: "手册", tab_content: { doc: "https://example.feishu.cn/docx/a-rather-long-address-of-a-document-that-has-to-be-broken-somewhere-or-it-runs-out-of-its-card" } },
    ] });
    const item = (name, link) => ({ chat_menu_item: link ? { action_type: "REDIRECT_LINK", name, redirect_link: { common_url: link } } : { action_type: "NONE", name } });
    await done(`${at}/menu_tree`, { menu_tree: { chat_menu_top_levels: [
      item("流水线", "https://example.com/ci"),
      { ...item("文档"), children: [item("值班表", "https://example.com/oncall"), item("复盘", "https://example.com/retro")] },
    ] } });
    const square = await done(`${chats}?${IDS}`, { name: "Town square", chat_type: "public", owner_id: eva.user_id });
    await control("act", { action: "chat", chat: square.chat_id, settings: { membership_approval: "approval_required" }, external: true });
    const closed = await done(chats, { name: "旧项目" });
    await done(`${chats}/${closed.chat_id}`, null, "DELETE");
    // The name of a chat has room for this much.
    const wicked = "<img src=x onerror=\"window.ran = 3\">";
    await done(chats, { name: wicked });
    await done(chats, {});

    await visit("#/chats");
    const row = (name) => value(`[...document.querySelectorAll("details.card summary")].find((s) => s.innerText.includes(${JSON.stringify(name)})).innerText`);
    assert.match(await row("发布列车"), /12\s人/);
    assert.ok(await row(wicked), "a hostile name is shown");
    assert.match(await row("Town square"), /公开.*外部/s);
    assert.match(await row("旧项目"), /已解散/);
    assert.match(await text("main"), /无主题/, "a chat that was never named");
    const { text: shown, card } = await unfold("发布列车");
    await until(`${card}.innerText.includes("值班表")`);
    for (const part of [chat_id, "每周一上线", ann.name, eva.name, "cli_sandbox", "指定成员", "发布规则", "周五不发布", "置顶", "看板", "https://example.com/board", "流水线", "复盘", "edit_permission: only_owner"]) {
      assert.ok((await shown()).includes(part), `the chat shows ${part}`);
    }
    assert.ok((await shown()).includes(hostile), "an announcement is shown");
    assert.equal(await value("window.ran ?? null"), null, "and not run");
    assert.equal(await value("document.querySelectorAll('main script, main img').length"), 0);
    await picture("desktop-chats");
    await value(`${card}.scrollIntoView()`);
    await picture("desktop-chat");
    const again = await unfold("Town square");
    assert.ok((await again.text()).includes(eva.name), "a person who owns a chat");
    // By its address, and on to a person.
    await visit(`#/chats?id=${chat_id}`);
    await until("document.querySelector('details.card[open] dl.facts')", "the chat that the address names is open");
    assert.equal(await value(`[...document.querySelectorAll("details.card strong")].filter((n) => n.innerText === "发布列车").length`), 1);
    await value("document.querySelector('details.card[open] dd a[href^=\"#/person\"]').click()");
    await until("document.querySelector('.person')");
  },

  async "mail groups and mailboxes are shown, and what became of lost mail"() {
    const [ann, ben, eva] = await colleagues(3);
    await control("tenant/settings", { mail_domains: ["mail.example"] }, "PATCH");
    await control("act", { action: "mail_range", all: true });
    for (const [i, person] of [ann, ben, eva].entries()) {
      await done(`/open-apis/contact/v3/users/${person.user_id}?${IDS}`, { enterprise_email: `p${i}@mail.example` }, "PATCH");
    }
    const mail = "/open-apis/mail/v1";
    const user = (p) => ({ type: "USER", user_id: p.user_id });
    const group = await done(`${mail}/mailgroups`, { email: "all-eng@mail.example", name: "全体研发", description: "研发中心的所有人和外部伙伴", who_can_send_mail: "CUSTOM_MEMBERS" });
    await done(`${mail}/mailgroups`, { email: "sre@mail.example", name: hostile, who_can_send_mail: "ANYONE" });
    await done(`${mail}/public_mailboxes`, { email: "help@mail.example", name: "服务台" });
    const at = `${mail}/mailgroups/${group.mailgroup_id}`;
    await done(`${at}/members/batch_create?${IDS}`, { items: [
      user(ann), user(ben), { type: "DEPARTMENT", department_id: "rd" }, { type: "COMPANY" },
      { type: "EXTERNAL_USER", email: "a.person.with.a.very.long.address.indeed@partner-company-with-a-long-name.example" },
      { type: "MAIL_GROUP", email: "sre@mail.example" }, { type: "PUBLIC_MAILBOX", email: "help@mail.example" },
    ] });
    await done(`${at}/permission_members/batch_create?${IDS}`, { items: [user(eva)] });
    await done(`${at}/managers/batch_create?${IDS}`, { mailgroup_manager_list: [{ user_id: ben.user_id }] });
    await done(`${at}/aliases`, { email_alias: "engineering@mail.example" });
    await done(`${mail}/public_mailboxes/help%40mail.example/members/batch_create?${IDS}`, { items: [user(ann), user(eva)] });
    await done(`${mail}/public_mailboxes/help%40mail.example/aliases`, { email_alias: "support@mail.example" });
    for (const [name, receiver] of [["old", { to_mail_address: "help@mail.example" }], ["lost", {}]]) {
      await done(`${mail}/public_mailboxes`, { email: `${name}@mail.example`, name });
      await done(`${mail}/public_mailboxes/${name}%40mail.example/remove_to_recycle_bin`, receiver, "DELETE");
    }

    await visit("#/mail");
    await until("document.querySelectorAll('details.card').length === 5", "two groups and three mailboxes");
    const summary = (await value(`[...document.querySelectorAll("details.card summary")][0].innerText`)).replaceAll("\u00a0", " ");
    for (const part of ["全体研发", "all-eng@mail.example", "全员", "含外部", "7", "1 别名"]) assert.ok(summary.includes(part), `${summary} has ${part}`);
    const full = await unfold("全体研发");
    for (const part of [group.mailgroup_id, "自定义成员", ann.name, "研发中心", "partner-company", "sre@mail.example", "help@mail.example", eva.name, "engineering@mail.example"]) {
      assert.ok((await full.text()).includes(part), `the group shows ${part}`);
    }
    const box = await unfold("服务台");
    for (const part of [ann.name, eva.name, "support@mail.example"]) assert.ok((await box.text()).includes(part), `the mailbox shows ${part}`);
    const view = await text("main");
    assert.match(view, /old@mail\.example → help@mail\.example/);
    assert.match(view, /lost@mail\.example → 已销毁/);
    assert.equal(await value(`[...document.querySelectorAll(".badge")].filter((b) => b.innerText.includes("回收站")).length`), 2);
    assert.ok(view.includes(hostile), "a hostile name is shown");
    assert.equal(await value("window.ran ?? null"), null, "and not run");
    await picture("desktop-mail");
    await value("scrollTo(0, document.body.scrollHeight)");
    await picture("desktop-mail-end");
  },

  async "calendars are shown with who may do what and what is on"() {
    const [ann, ben] = await colleagues(2);
    const v4 = "/open-apis/calendar/v4/calendars";
    const made = await done(v4, { summary: "公司假期", description: "法定节假日", permissions: "public" });
    await done(v4, { summary: hostile, permissions: "private" });
    const at = `${v4}/${encodeURIComponent(made.calendar.calendar_id)}`;
    await done(`${at}/acls?${IDS}`, { role: "writer", scope: { type: "user", user_id: ann.user_id } });
    await done(`${at}/events`, { summary: "国庆节", start_time: { date: "2026-10-01" }, end_time: { date: "2026-10-07" }, free_busy_status: "free" });
    const point = (timestamp) => ({ timestamp, timezone: "America/New_York" });
    const event = await done(`${at}/events`, { summary: "Standup", start_time: point("1792155600"), end_time: point("1792157400"),
      recurrence: "FREQ=WEEKLY;UNTIL=20261231T235959Z", location: { name: "Room 5" } });
    await done(`${at}/events/${event.event.event_id}/attendees?${IDS}`, { attendees: [{ type: "user", user_id: ben.user_id }] });

    await visit("#/calendars");
    await until("document.querySelectorAll('details.card').length === 2", "two calendars");
    const full = await unfold("公司假期");
    await until("document.querySelectorAll('details.card[open] ul li').length === 2", "two events");
    for (const part of [made.calendar.calendar_id, "法定节假日", ann.name, "cli_sandbox", "国庆节", "2026-10-01 – 2026-10-07", "空闲",
      "Standup", "2026-10-16 09:00 America/New_York", "FREQ=WEEKLY", "Room 5", ben.name, "needs_action"]) {
      assert.ok((await full.text()).includes(part), `the calendar shows ${part}`);
    }
    const view = await text("main");
    assert.ok(view.includes(hostile), "a hostile title is shown");
    assert.match(view, /已发出的日程通知：.*1\s*$/);
    assert.equal(await value("window.ran ?? null"), null, "and not run");
    await picture("desktop-calendars");
  },

  async "levels open into rooms, and rooms into their rules"() {
    const [ann] = await colleagues(1);
    const vc = "/open-apis/vc/v1";
    const { room_level: { room_level_id: root } } = await done(`${vc}/room_levels/0`, undefined, "GET");
    const { room_level: tower } = await done(`${vc}/room_levels`, { name: "上海中心", parent_id: root, custom_group_id: "SH-TOWER" });
    const { room_level: floor } = await done(`${vc}/room_levels`, { name: "12F", parent_id: tower.room_level_id });
    const { room } = await done(`${vc}/rooms`, { name: hostile, capacity: 12, room_level_id: floor.room_level_id, custom_room_id: "R-1", device: [{ name: "投影仪" }], room_status: { status: false, disable_end_time: "0", disable_reason: "漏水" } });
    await done(`${vc}/reserve_configs/${room.room_id}?user_id_type=user_id`, { scope_type: "2", time_config: { time_switch: 1, start_time: "28800", max_duration: 4 }, reserve_scope_config: { allow_all_users: 0, allow_users: [{ user_id: ann.user_id }] } }, "PATCH");
    await visit("#/rooms");
    await until("document.querySelectorAll('details.level').length === 1", "the tower");
    await value("document.querySelector('details.level > summary').click()");
    await until("document.querySelectorAll('details.level').length === 2", "its floor");
    await value("document.querySelectorAll('details.level > summary')[1].click()");
    await until("document.querySelector('details.room')", "the room");
    await value("document.querySelector('details.room > summary').click()");
    await until("document.querySelector('details.room dl.facts')", "its facts");
    const view = await text("main");
    for (const part of ["上海中心", "SH-TOWER", hostile, "R-1", "停用", "漏水", "投影仪", room.room_id, "08:00–24:00", ann.name]) {
      assert.ok(view.includes(part), `the view shows ${part}`);
    }
    assert.equal(await value("window.ran ?? null"), null, "a hostile name is not run");
    await picture("desktop-rooms");
  },

  async "attendance is shown: who is in which group, by which shift"() {
    const [ann, bob] = await colleagues(2);
    await control("tenant/settings", { attendance: { data_range: true, admins: { only: [ann.user_id] } } }, "PATCH");
    const period = { on_time: "9:00", off_time: "18:00", late_minutes_as_late: 5, late_minutes_as_lack: 60, on_advance_minutes: 60, early_minutes_as_early: 5, early_minutes_as_lack: 60, off_delay_minutes: 120 };
    const { shift } = await done("/open-apis/attendance/v1/shifts?employee_type=employee_id", { shift_name: hostile, punch_times: 1, punch_time_rule: [period] });
    const { group } = await done("/open-apis/attendance/v1/groups?employee_type=employee_id&dept_type=open_id", {
      operator_id: ann.user_id,
      group: { group_name: "总部", time_zone: "Asia/Shanghai", group_type: 1, calendar_id: 0, group_leader_ids: [ann.user_id], bind_user_ids: [bob.user_id], punch_day_shift_ids: [...Array(5).fill(shift.shift_id), "0", "0"] },
    });
    await visit("#/attendance");
    await until("document.querySelectorAll('details.card').length >= 2", "a group and a shift");
    await openAll();
    const view = await text("main");
    for (const part of ["总部", hostile, "09:00–18:00", group.group_id, shift.shift_id, ann.name, bob.name]) {
      assert.ok(view.includes(part), `the view shows ${part}`);
    }
    assert.equal(await value("window.ran ?? null"), null, "a hostile name is not run");
    await picture("desktop-attendance");
  },

  async "a helpdesk is shown: who serves when, what they know, what a ticket asks"() {
    const [ann, bob] = await colleagues(2);
    const helpdesk_id = "6939771743531696147";
    const desk = await json("/_sandbox/act", { method: "POST", headers: { "content-type": "application/json" }, body: JSON.stringify({ action: "helpdesk", helpdesk_id, name: hostile, owner: ann.user_id }) });
    const byHand = (what) => control("act", { action: "helpdesk_by_hand", helpdesk_id, ...what });
    const made = async (what) => (await json("/_sandbox/act", { method: "POST", headers: { "content-type": "application/json" }, body: JSON.stringify({ action: "helpdesk_by_hand", helpdesk_id, ...what }) })).id;
    const parent = await made({ category: { name: "硬件" } });
    const category = await made({ category: { name: "笔记本", parent } });
    await byHand({ faq: { category, question: hostile, answer: "打开门户里的表单。", tags: ["vpn"] } });
    const skill = await made({ skill: { name: "网络", rules: [{ id: "12", operator: 8, operand: { selected_departments: [{ id: "rd", name: "rd" }] } }] } });
    await byHand({ agent: { user: bob.user_id, hours: [{ start: 540, end: 1440, weekday: 10 }], skills: [skill] } });
    await visit("#/helpdesks");
    const opened = await unfold(hostile);
    const view = await opened.text();
    for (const part of [hostile, helpdesk_id, ann.name, bob.name, "硬件", "笔记本", "打开门户里的表单。", "vpn", "网络", "selected_departments", "09:00–24:00", "ticket_tags", "默认技能"]) {
      assert.ok(view.includes(part), `the view shows ${part}`);
    }
    assert.ok(!(await value("document.body.innerHTML")).includes(desk.token), "the token is not for the page");
    assert.equal(await value("window.ran ?? null"), null, "a hostile name is not run");
    await picture("desktop-helpdesks");
    await browser.size(390, 844, true);
    await fits("helpdesks");
    await browser.size(1280, 860);
  },

  async "a hostile name is shown and not run"() {
    const reply = await api("/open-apis/contact/v3/departments?department_id_type=department_id", {
      // A slash is refused by the platform itself.
      name: hostile.replaceAll("/", ""), parent_department_id: "0", department_id: "hostile",
    });
    assert.equal(reply.code, 0, JSON.stringify(reply));
    await visit("#/org?d=hostile");
    await until("document.querySelector('.detail h2')");
    assert.equal(await text(".detail h2"), hostile.replaceAll("/", ""));
    await visit("#/people?q=script");
    await until("document.querySelector('.chip')");
    assert.equal(await value("window.ran ?? null"), null);
    assert.equal(await value("document.querySelectorAll('main script, main img').length"), 0);
  },

  async "requests appear as they happen, and open"() {
    await visit("#/requests");
    await until("document.querySelector('.entry')");
    await api("/open-apis/contact/v3/departments", { name: "", parent_department_id: "0" });
    const refused = "document.querySelector('.requests > li:has(.badge.bad)')";
    await until(refused, "the refusal arrives by itself");
    await value(`${refused}.querySelector(".entry").click()`);
    assert.match(await value(`${refused}.querySelector(".more").innerText`), /parent_department_id/);
    await picture("desktop-requests");
    await value("document.getElementById('filter').focus()");
    await browser.type("tenant_access_token");
    await until("[...document.querySelectorAll('.requests > li')].some((li) => li.hidden)", "the filter hides");
    assert.ok(await value("[...document.querySelectorAll('.requests > li:not([hidden])')].every((li) => li.innerText.includes('tenant_access_token'))"));
  },

  async "the language switches and is remembered"() {
    await visit("#/overview");
    await value("document.getElementById('language').click()");
    await until("document.documentElement.lang === 'en'");
    assert.match(await text("#nav"), /Org chart/);
    assert.doesNotMatch(await text("#nav"), /组织/);
    await picture("desktop-english");
    for (const [place, words] of [["#/chats", /people.*bots/s], ["#/mail", /Public mailboxes.*destroyed/s], ["#/helpdesks", /agents.*FAQs/s]]) {
      await visit(place);
      await until("document.querySelector('details.card')");
      assert.match(await text("main"), words);
      // Of the page's own words none is left in Chinese; what the tenant says is another matter.
      assert.equal(await value("document.querySelectorAll('main [lang=zh-CN]').length"), 0, place);
    }
    await value("document.getElementById('language').click()");
    await until("document.documentElement.lang === 'zh-CN'");
  },

  async "everything has a name, and the page its landmarks"() {
    for (const place of ["#/overview", "#/org", "#/people", "#/groups", "#/chats", "#/mail", "#/rooms", "#/calendars", "#/attendance", "#/helpdesks", "#/requests"]) {
      await visit(place);
      const unnamed = await value(`[...document.querySelectorAll("a, button, input, select")].filter((n) =>
        !(n.textContent.trim() || n.ariaLabel || n.title || (n.labels && n.labels.length) || n.querySelector("[alt]"))).map((n) => n.outerHTML.slice(0, 120))`);
      assert.deepEqual(unnamed, [], place);
      assert.deepEqual(await value("['main', 'nav', 'header', 'h1'].filter((t) => !document.querySelector(t))"), [], place);
      assert.deepEqual(await value("[...document.querySelectorAll('[id]')].map((n) => n.id).filter((id, i, all) => all.indexOf(id) !== i)"), [], place);
    }
  },

  async "text has contrast in both schemes"() {
    for (const scheme of ["light", "dark"]) {
      await browser.scheme(scheme);
      for (const place of ["#/overview", "#/org", "#/people", "#/chats", "#/mail", "#/rooms", "#/calendars", "#/attendance", "#/helpdesks", "#/requests"]) {
        await visit(place);
        await until("document.querySelector('main h1')");
        await openAll();
        // Colours glide for a moment after the scheme has changed.
        await until("document.getAnimations().length === 0");
        assert.deepEqual(await value(`(${faint})()`), [], `${scheme} ${place}`);
        if (scheme === "dark") await picture(`desktop-dark-${place.slice(2)}`);
      }
    }
    await browser.scheme("light");
  },

  async "nothing scrolls sideways on a phone"() {
    await browser.size(390, 844, true);
    const { items } = await json("/_sandbox/page/people.json?offset=0");
    for (const [name, place] of [
      ["overview", "#/overview"], ["org", "#/org?d=rd"], ["people", "#/people"],
      ["person", `#/person?key=${items[5].key}`], ["groups", "#/groups"], ["chats", "#/chats"], ["mail", "#/mail"], ["requests", "#/requests"],
    ]) {
      await visit(place);
      await until("document.querySelector('main h1')");
      if (["chats", "mail"].includes(name)) await openAll();
      if (name === "requests") {
        await until("document.querySelector('.entry')");
        await value("document.querySelector('.entry').click()");
      }
      await fits(name);
      await picture(`phone-${name}`);
    }
    await value("document.getElementById('language').click()");
    for (const place of ["#/overview", "#/people", "#/chats", "#/mail"]) {
      await visit(place);
      await openAll();
      await fits(`${place} in English`);
    }
    await value("document.getElementById('language').click()");
  },
};

const empty = {
  async "an empty tenant says how to begin"() {
    await until("document.querySelector('.notice')");
    const shown = await text("main");
    for (const part of [address, "--seed 500,40", "sandbox-secret", "还是空的"]) {
      assert.ok(shown.includes(part), `the page says ${part}`);
    }
    await picture("desktop-empty");
  },

  async "the numbers come with the first department"() {
    const reply = await api("/open-apis/contact/v3/departments?department_id_type=department_id", {
      name: "研发中心", parent_department_id: "0", department_id: "rd",
    });
    assert.equal(reply.code, 0, JSON.stringify(reply));
    await until("document.querySelector('.tiles')");
    assert.equal(await text('[data-count="departments"]'), "1");
  },

  async "every view of a nearly empty tenant is drawn"() {
    for (const place of ["#/org", "#/people", "#/groups", "#/chats", "#/mail", "#/requests", "#/person?key=nobody", "#/org?d=nothing", "#/chats?id=nothing"]) {
      await visit(place);
      await until("document.querySelector('main').innerText.trim()");
      if (place === "#/chats" || place === "#/mail") assert.match(await text("main"), /还没有/, `${place} says that there is nothing yet`);
    }
    // That the browser notes the three things which are not there is right.
    const others = browser.complaints.filter((c) => !/status of 404 .*=(nobody|nothing)$/.test(c));
    browser.complaints.splice(0, Infinity, ...others);
  },
};

// Runs in the page: text of less than 4.5 to 1 (3 to 1 when large) against what is behind it.
function faint() {
  const parse = (text) => text.match(/[\d.]+/g).map(Number);
  const light = ([r, g, b]) => {
    const [x, y, z] = [r, g, b].map((c) => (c / 255 <= 0.03928 ? c / 255 / 12.92 : ((c / 255 + 0.055) / 1.055) ** 2.4));
    return 0.2126 * x + 0.7152 * y + 0.0722 * z;
  };
  const behind = (node) => {
    for (let at = node; at; at = at.parentElement) {
      const colour = parse(getComputedStyle(at).backgroundColor);
      if (colour.length === 3 || colour[3] === 1) return colour;
    }
    return [255, 255, 255];
  };
  const found = new Set();
  const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  while (walker.nextNode()) {
    const node = walker.currentNode.parentElement;
    if (!walker.currentNode.data.trim() || !node.checkVisibility() || node.closest(":disabled, .skip, #status, noscript")) continue;
    const style = getComputedStyle(node);
    const [a, b] = [light(parse(style.color)), light(behind(node))].sort((x, y) => y - x);
    const ratio = (a + 0.05) / (b + 0.05);
    if (ratio < (parseFloat(style.fontSize) >= 24 ? 3 : 4.5)) found.add(`${node.className || node.tagName}: ${ratio.toFixed(2)}`);
  }
  return [...found];
}

let [failures, passed] = [0, 0];
try {
  await browser.size(1280, 860);
  await browser.send("Page.navigate", { url: `${address}/` });
  for (const [name, check] of Object.entries(which === "empty" ? empty : seeded)) {
    browser.complaints.length = 0;
    try {
      await check();
      assert.deepEqual(browser.complaints, [], "the page complained");
      passed += 1;
      console.log(`ok    ${name}`);
    } catch (error) {
      failures += 1;
      console.log(`FAIL  ${name}\n${error.message}\n${browser.complaints.join("\n")}`);
      await picture(`failed-${failures}`).catch(() => {});
    }
  }
} finally {
  await browser.stop();
}
console.log(`${which}: ${passed} passed, ${failures} failed; pictures are in ${folder}`);
// For run.sh, which adds up.
if (process.env.TALLY) appendFileSync(process.env.TALLY, `${passed} ${failures}\n`);
process.exitCode = failures ? 1 : 0;
