// Logs in as a person would, in a browser: node login.mjs LARKCTL FOLDER PICTURES
//
// larkctl runs against its embedded sandbox, prints the address, and the page that it serves is clicked: first
// refused, then allowed. What the person sees at the end is the page of the login itself.

import assert from "node:assert/strict";
import { spawn, spawnSync } from "node:child_process";
import { appendFileSync, mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";

import { Browser } from "./chromium.mjs";

const [larkctl, folder, pictures] = process.argv.slice(2);
mkdirSync(folder, { recursive: true });
mkdirSync(pictures, { recursive: true });
const environment = { ...process.env, RUST_BACKTRACE: "0" };
for (const name of ["LARK_APP_ID", "LARK_APP_SECRET", "LARK_BASE_URL", "LARK_USER_TOKEN", "LARK_REFRESH_TOKEN"]) delete environment[name];
const options = { cwd: folder, env: environment };

function run(...words) {
  const { status, stdout, stderr } = spawnSync(larkctl, words, { ...options, encoding: "utf8" });
  return { status, stdout, stderr };
}

// Starts a login; gives its address, and what it says when it ends.
function login(...words) {
  const child = spawn(larkctl, ["login", "--sandbox", ...words], { ...options, stdio: ["ignore", "ignore", "pipe"] });
  let said = "";
  const ended = new Promise((resolve) => child.on("close", (status) => resolve({ status, said })));
  const address = new Promise((resolve, reject) => {
    child.stderr.setEncoding("utf8").on("data", (text) => {
      said += text;
      const found = said.match(/^ *(https?:\S+)$/m);
      if (found) resolve(found[1]);
    });
    child.on("close", () => reject(new Error(`no address: ${said}`)));
  });
  return { address, ended, stop: () => child.kill("SIGKILL") };
}

let passed = 0, failed = 0;
async function check(name, body) {
  try {
    await body();
    passed += 1;
  } catch (error) {
    failed += 1;
    console.error(`login: ${name}: ${error.stack}`);
  }
}

const browser = await Browser.start(process.env.CHROMIUM ?? "/usr/bin/chromium");
const text = () => browser.value("document.body.innerText");

async function visit(address) {
  await browser.send("Page.navigate", { url: address });
  await browser.until("document.readyState === 'complete' && document.querySelector('h1')", address);
}

// Clicks a decision and waits for the page that the browser ends on.
async function decide(decision) {
  await browser.value(`document.querySelector('button[value="${decision}"]').click()`);
  await browser.until("location.pathname === '/callback' && document.querySelector('h1')", "the browser comes back");
}

const manifest = `version: 1
departments:
  eng: { name: 研发中心, parent: root }
users:
  zhang.san: { name: 张三, mobile: "+8613011111111", employee_type: regular, departments: [eng] }
`;

const desk = `version: 1
helpdesks:
  it:
    helpdesk_id: "6939771743531696147"
    token_variable: LARK_HELPDESK_IT_TOKEN
    categories: { network: { name: 网络, language: zh_cn } }
    faqs:
      vpn: { category: network, question: 如何连接 VPN?, answer: "安装客户端，见 [内网](https://intra.example.com/vpn)。", similar: [远程办公] }
`;

try {
  await check("an empty sandbox has nobody who could log in", () => {
    const { status, stderr } = run("login", "--sandbox", "--no-browser");
    assert.equal(status, 1);
    assert.match(stderr, /nobody in this sandbox can log in yet/);
  });
  writeFileSync(join(folder, "m.yaml"), manifest);
  const applied = run("apply", "--sandbox", "-f", "m.yaml", "--auto-approve");
  assert.equal(applied.status, 0, applied.stderr);

  await check("a person who refuses is told so on both sides", async () => {
    const begun = login("--no-browser", "-f", "m.yaml");
    await visit(await begun.address);
    await decide("refuse");
    assert.match(await text(), /未授权[\s\S]*Nothing was granted/);
    const { status, said } = await begun.ended;
    assert.equal(status, 1, said);
    assert.match(said, /the person refused/);
    assert.equal(run("login", "--sandbox", "--status").status, 1);
  });

  await check("a person who agrees is logged in", async () => {
    const begun = login("--no-browser", "-f", "m.yaml", "--scope", "helpdesk:all");
    const address = await begun.address;
    await visit(address);
    const page = await text();
    assert.match(page, /helpdesk:all/);
    assert.match(page, /offline_access/);
    writeFileSync(join(pictures, "login-consent.png"), await browser.picture());
    await decide("grant");
    assert.match(await text(), /已同意授权[\s\S]*You have agreed/);
    assert.equal(await browser.value("document.fonts.check('16px sans-serif') && document.scripts.length"), 0);
    for (const [name, width, mobile] of [["login-done", 1280, false], ["login-done-phone", 390, true]]) {
      await browser.size(width, 800, mobile);
      assert.ok(await browser.value("document.documentElement.scrollWidth <= innerWidth"), "nothing sticks out");
      writeFileSync(join(pictures, `${name}.png`), await browser.picture());
    }
    const { status, said } = await begun.ended;
    assert.equal(status, 0, said);
    assert.match(said, /Logged in as 张三/);
    const code = new URL(await browser.value("location.href")).searchParams.get("code");
    assert.ok(code.length >= 64 && !said.includes(code), "the code is not shown");
  });

  await check("the login is there for the next command, and acts", () => {
    const status = run("login", "--sandbox", "--status", "--scope", "helpdesk:all", "--format", "json");
    assert.equal(status.status, 0, status.stderr);
    const report = JSON.parse(status.stdout);
    assert.equal(report.person.name, "张三");
    assert.deepEqual(report.missing, []);
    const doctor = run("doctor", "--sandbox");
    assert.match(doctor.stdout, /ok +person +张三/, doctor.stdout + doctor.stderr);
  });

  await check("a device is let in", async () => {
    const begun = login("--device");
    await visit(await begun.address);
    await browser.value("document.querySelector('button[value=\"grant\"]').click()");
    await browser.until("document.body.innerText.includes('Done')", "the platform thanks");
    const { status, said } = await begun.ended;
    assert.equal(status, 0, said);
    assert.match(said, /Logged in as 张三/);
  });

  await check("logging out is for good", () => {
    assert.equal(run("logout", "--sandbox").status, 0);
    assert.equal(run("login", "--sandbox", "--status").status, 1);
  });

  await check("from a login to a written FAQ", async () => {
    writeFileSync(join(folder, "desk.yaml"), desk);
    const planned = run("plan", "--sandbox", "-f", "m.yaml", "-f", "desk.yaml");
    assert.equal(planned.status, 0, planned.stderr);
    assert.match(planned.stdout, /helpdesk\.it\/faq\.vpn/);
    assert.match(planned.stderr, /before apply, .*larkctl login --sandbox/);
    const refused = run("apply", "--sandbox", "-f", "m.yaml", "-f", "desk.yaml", "--auto-approve");
    assert.equal(refused.status, 1, refused.stdout);
    assert.match(refused.stderr, /nothing was sent/);

    const begun = login("--no-browser", "-f", "m.yaml", "-f", "desk.yaml");
    await browser.size(1280, 800, false);
    await visit(await begun.address);
    assert.match(await text(), /helpdesk:all/, "what the manifest needs is asked for by itself");
    await decide("grant");
    const { status, said } = await begun.ended;
    assert.equal(status, 0, said);
    const applied = run("apply", "--sandbox", "-f", "m.yaml", "-f", "desk.yaml", "--auto-approve");
    assert.equal(applied.status, 0, applied.stdout + applied.stderr);
    assert.match(run("plan", "--sandbox", "-f", "m.yaml", "-f", "desk.yaml").stdout, /No changes\./);

    // The tenant itself shows what was written.
    const served = spawn(larkctl, ["sandbox", "serve", "--listen", "127.0.0.1:0", "--data", ".larkctl/sandbox"], { ...options, stdio: ["ignore", "pipe", "ignore"] });
    try {
      const address = await new Promise((resolve, reject) => {
        let out = "";
        served.stdout.setEncoding("utf8").on("data", (more) => {
          out += more;
          const found = out.match(/listening on (\S+)/);
          if (found) resolve(found[1].replace(/\/$/, ""));
        });
        served.on("close", () => reject(new Error(`not served: ${out}`)));
      });
      await visit(`${address}/#/helpdesks`);
      await browser.until("document.querySelector('details.card')", "the helpdesk");
      await browser.value("document.querySelectorAll('details').forEach((d) => { d.open = true; })");
      await browser.until("document.body.innerText.includes('如何连接 VPN')", "the FAQ");
      for (const part of ["网络", "安装客户端", "远程办公"]) assert.ok((await text()).includes(part), part);
      writeFileSync(join(pictures, "login-faq.png"), await browser.picture());
    } finally {
      served.kill();
    }
  });

  await check("nothing was complained of", () => {
    // Browsers ask for an icon that no page names.
    const complaints = browser.complaints.filter((text) => !text.includes("favicon.ico"));
    assert.deepEqual(complaints, []);
  });
} catch (error) {
  failed += 1;
  console.error(`login: ${error.stack}`);
} finally {
  await browser.stop();
}
console.log(`login: ${passed} passed, ${failed} failed`);
if (process.env.TALLY) appendFileSync(process.env.TALLY, `${passed} ${failed}\n`);
process.exit(failed ? 1 : 0);
