//! Many chats and many mail groups: a plan that changes nothing reads each with the fewest calls that the API has.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;

use super::converge::from_env;
use super::draw::Dice;
use super::mail::DOMAIN;
use super::run::{World, quick, told};

/// In CI; `LARKCTL_CHATS` and `LARKCTL_MAIL_GROUPS` ask for more.
const CHATS: u64 = 60;
const MAIL_GROUPS: u64 = 230;
const PEOPLE: usize = 260;

/// Things on one page, by the API's pages, and known ids in one call.
const SEATS: usize = 100;
const GROUPS: usize = 200;
const BATCH: usize = 50;

#[derive(Debug)]
struct Company {
    /// Who is in each, and whether a list says who may post.
    chats: Vec<(BTreeSet<usize>, bool)>,
    groups: Vec<BTreeSet<usize>>,
}

/// Mostly small, one in five larger than a page.
fn some(dice: &mut Dice) -> BTreeSet<usize> {
    let many = if dice.one_in(5) { PEOPLE - dice.below(60) } else { 1 + dice.below(6) };
    let mut all: Vec<usize> = (0..PEOPLE).collect();
    dice.shuffle(&mut all);
    all.into_iter().take(many).collect()
}

impl Company {
    fn draw(dice: &mut Dice, chats: u64, groups: u64) -> Self {
        let seats = |dice: &mut Dice| if dice.one_in(20) { BTreeSet::new() } else { some(dice) };
        Self {
            chats: (0..chats).map(|n| (some(dice), n % 10 == 0)).collect(),
            groups: (0..groups).map(|_| seats(dice)).collect(),
        }
    }

    fn yaml(&self) -> String {
        let mut y = String::from("version: 1\ndepartments:\n  all: { name: 全员, parent: root }\nusers:\n");
        for i in 0..PEOPLE {
            let _ = writeln!(
                y,
                "  w{i}: {{ name: 员工{i}, mobile: \"+86139{i:08}\", departments: [all], employee_type: regular }}"
            );
        }
        let list =
            |people: &BTreeSet<usize>| people.iter().map(|i| format!("w{i}")).collect::<Vec<_>>().join(", ");
        y += "chats:\n";
        for (n, (people, listed)) in self.chats.iter().enumerate() {
            let _ = writeln!(y, "  c{n}:\n    name: 群聊{n}\n    members: [{}]", list(people));
            if let Some(first) = people.first().filter(|_| *listed) {
                let _ = writeln!(y, "    moderation: moderator_list\n    moderators: [w{first}]");
            }
        }
        y += "mail_groups:\n";
        for (n, people) in self.groups.iter().enumerate() {
            let _ = writeln!(
                y,
                "  g{n}:\n    email: g{n}@{DOMAIN}\n    name: 邮件{n}\n    members: [{}]",
                list(people)
            );
        }
        y
    }

    /// What the API asks for at least: a chat shows its settings one by one and its people by the page; groups come
    /// in a list that says how many are in each, and their people by the page.
    fn fewest(&self) -> BTreeMap<String, u64> {
        let pages = |sizes: &mut dyn Iterator<Item = usize>, page: usize| -> usize {
            sizes.map(|size| size.div_ceil(page)).sum()
        };
        let seats = pages(&mut self.chats.iter().map(|(people, _)| people.len()), SEATS);
        let listed = self.chats.iter().filter(|(_, listed)| *listed).count();
        let entries = pages(&mut self.groups.iter().map(BTreeSet::len), GROUPS);
        let calls = [
            ("GET /open-apis/contact/v3/users/batch", PEOPLE.div_ceil(BATCH)),
            ("GET /open-apis/contact/v3/departments/batch", 1),
            // The places among siblings.
            ("GET /open-apis/contact/v3/departments/:department_id/children", 1),
            ("GET /open-apis/im/v1/chats/:chat_id", self.chats.len()),
            (PEOPLE_OF_A_CHAT, seats),
            ("GET /open-apis/im/v1/chats/:chat_id/moderation", listed),
            ("GET /open-apis/mail/v1/mailgroups", self.groups.len().div_ceil(GROUPS)),
            ("GET /open-apis/mail/v1/mailgroups/:mailgroup_id/members", entries),
        ];
        calls.into_iter().map(|(endpoint, n)| (endpoint.to_owned(), n as u64)).collect()
    }
}

/// Who joined in one call comes on one page, however small the page: there may be fewer pages than reckoned.
const PEOPLE_OF_A_CHAT: &str = "GET /open-apis/im/v1/chats/:chat_id/members";

/// What is read of the tenant at large, once a run, however many things there are.
const ONCE: [&str; 6] = ["/auth/", "/tenant/", "/application/", "/scopes", "/employee_type_enums", "/bot/"];

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn many_chats_and_mail_groups_are_read_with_the_fewest_calls() {
    let chats = from_env("LARKCTL_CHATS").unwrap_or(CHATS);
    let groups = from_env("LARKCTL_MAIL_GROUPS").unwrap_or(MAIL_GROUPS);
    let company = Company::draw(&mut Dice::new(7), chats, groups);
    let world = World::start(quick()).await;
    world.tenant.settings(serde_json::json!({ "mail": { "members_need_mailbox": false } })).await;
    let yaml = company.yaml();
    let (_, outcome) = world.apply(&yaml).await.unwrap_or_else(|p| panic!("{}", told(&p)));
    assert!(outcome.is_complete(), "{outcome:?}");
    world.writes().await;
    let began = std::time::Instant::now();
    let plan = world.plan(&yaml).await.unwrap_or_else(|p| panic!("{}", told(&p)));
    let took = began.elapsed();
    assert!(plan.is_empty() && plan.blocked.is_empty(), "{:?} {:?}", plan.steps.first(), plan.blocked);
    let report = world.tenant.send("GET", "/_sandbox/requests?last=0", None, None).await.body;
    let mut made: BTreeMap<String, u64> = (report["endpoints"].as_object().into_iter().flatten())
        .filter(|(endpoint, _)| !ONCE.iter().any(|part| endpoint.contains(part)))
        .map(|(endpoint, sum)| (endpoint.clone(), sum["calls"].as_u64().unwrap_or_default()))
        .collect();
    if let Ok(path) = std::env::var("LARKCTL_FIGURES") {
        let figures = format!("{chats} chats, {groups} mail groups, {took:?}: {made:#?}\n");
        std::fs::write(path, figures).expect("written");
    }
    let mut fewest = company.fewest();
    let (pages, most) = (made.remove(PEOPLE_OF_A_CHAT), fewest.remove(PEOPLE_OF_A_CHAT));
    assert!(pages >= Some(chats) && pages <= most, "{pages:?} pages of people in chats, {most:?} at most");
    assert_eq!(made, fewest);
}
