// Looks at the page as a person would, on a desk and on a phone: node check.mjs seeded|empty ADDRESS PICTURES
//
// The seeded tenant has 500 people. Anything that the page complains of, any
// request to another host and any dialog fails the run.

import assert from "node:assert/strict";
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";

import { Browser } from "./chromium.mjs";

const [which, address, folder] = process.argv.slice(2);
mkdirSync(folder, { recursive: true });
const hostile = "<script>window.ran = 1</script><img src=x onerror=\"window.ran = 2\">";

const json = async (path, init) => (await fetch(address + path, init)).json();

async function api(path, body) {
  const headers = { "content-type": "application/json; charset=utf-8" };
  const app = { app_id: "cli_sandbox", app_secret: "sandbox-secret" };
  const token = await json("/open-apis/auth/v3/tenant_access_token/internal", { method: "POST", headers, body: JSON.stringify(app) });
  assert.equal(token.code, 0, JSON.stringify(token));
  headers.authorization = `Bearer ${token.tenant_access_token}`;
  return json(path, { method: "POST", headers, body: JSON.stringify(body) });
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
    await value("document.getElementById('language').click()");
    await until("document.documentElement.lang === 'zh-CN'");
  },

  async "everything has a name, and the page its landmarks"() {
    for (const place of ["#/overview", "#/org", "#/people", "#/groups", "#/requests"]) {
      await visit(place);
      const unnamed = await value(`[...document.querySelectorAll("a, button, input, select")].filter((n) =>
        !(n.innerText || n.ariaLabel || n.title || (n.labels && n.labels.length) || n.querySelector("[alt]"))).map((n) => n.outerHTML.slice(0, 120))`);
      assert.deepEqual(unnamed, [], place);
      assert.deepEqual(await value("['main', 'nav', 'header', 'h1'].filter((t) => !document.querySelector(t))"), [], place);
      assert.deepEqual(await value("[...document.querySelectorAll('[id]')].map((n) => n.id).filter((id, i, all) => all.indexOf(id) !== i)"), [], place);
    }
  },

  async "text has contrast in both schemes"() {
    for (const scheme of ["light", "dark"]) {
      await browser.scheme(scheme);
      for (const place of ["#/overview", "#/org", "#/people", "#/requests"]) {
        await visit(place);
        await until("document.querySelector('main h1')");
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
      ["person", `#/person?key=${items[5].key}`], ["groups", "#/groups"], ["requests", "#/requests"],
    ]) {
      await visit(place);
      await until("document.querySelector('main h1')");
      if (name === "requests") {
        await until("document.querySelector('.entry')");
        await value("document.querySelector('.entry').click()");
      }
      await fits(name);
      await picture(`phone-${name}`);
    }
    await value("document.getElementById('language').click()");
    for (const place of ["#/overview", "#/people"]) {
      await visit(place);
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
    for (const place of ["#/org", "#/people", "#/groups", "#/requests", "#/person?key=nobody", "#/org?d=nothing"]) {
      await visit(place);
      await until("document.querySelector('main').innerText.trim()");
    }
    // That the browser notes the two things which are not there is right.
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

let failures = 0;
try {
  await browser.size(1280, 860);
  await browser.send("Page.navigate", { url: `${address}/` });
  for (const [name, check] of Object.entries(which === "empty" ? empty : seeded)) {
    browser.complaints.length = 0;
    try {
      await check();
      assert.deepEqual(browser.complaints, [], "the page complained");
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
console.log(failures ? `${failures} failed` : `pictures are in ${folder}`);
process.exitCode = failures ? 1 : 0;
