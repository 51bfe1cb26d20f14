//! People who edit the announcements, tabs and menus of chats by hand.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::{Value, json};

use super::PICTURE;
use super::rows::{differences, ids, lines_of, numbers};
use crate::spine::draw::Dice;
use crate::spine::org::{Key, Org};
use crate::spine::run::{World, told};

/// People at work in the client, or through an app of their own.
pub(super) struct Hands<'w> {
    pub(super) world: &'w World,
    pub(super) dice: Dice,
    /// So that everything that they write is new.
    pub(super) written: usize,
    pub(super) edited: BTreeSet<(Key, &'static str)>,
}

impl Hands<'_> {
    /// Edits chats of a tenant that is `now`; `next` is what will be declared.
    pub(super) async fn edit(&mut self, now: &Org, next: &Org) {
        self.edited.clear();
        let dump = self.world.dump().await;
        let live = numbers(&dump);
        for (key, front) in &next.fronts {
            let Some(number) = now.chats.get(key).and_then(|chat| live.get(chat.name.as_str())) else {
                continue;
            };
            let id = dump["chats"][number]["chat_id"].as_str().expect("an id").to_owned();
            self.write(key, &id, &dump["chat_announcements"][number], front.old).await;
            self.turn(key, &id, &dump, number).await;
        }
    }

    fn fresh(&mut self) -> String {
        self.written += 1;
        format!("手{}", self.written)
    }

    async fn act(&self, id: &str, mut what: Value) {
        what["action"] = json!("chat");
        what["chat"] = json!(id);
        self.world.tenant.act(what).await;
    }

    async fn write(&mut self, key: &Key, id: &str, row: &Value, old: bool) {
        let tenant = &self.world.tenant;
        let is_old = row["old"] == true;
        let top = ids(&row["top"]);
        let choice = if old && !is_old { 0 } else { self.dice.below(6) };
        let words = self.fresh();
        match choice {
            0 => {
                let text = format!("第1段\n{words}\n第2段");
                self.act(id, json!({ "announcement": text, "old": old })).await;
            }
            1 if !is_old => {
                let content = json!({ "elements": [{ "text_run": { "content": words } }] });
                let at = self.dice.below(top.len() + 1);
                self.act(id, json!({ "add_block": { "kind": 2, "content": content, "index": at } })).await;
            }
            2 | 3 if !is_old => {
                // A picture says nothing in Markdown: no drift.
                let at = self.dice.below(top.len() + 1);
                let block = json!({ "kind": PICTURE, "content": { "token": words }, "index": at });
                return self.act(id, json!({ "add_block": block })).await;
            }
            4 if !is_old && top.first().is_some_and(|first| row["blocks"][first]["kind"] != PICTURE) => {
                let path =
                    format!("/open-apis/docx/v1/chats/{id}/announcement/blocks/{id}/children/batch_delete");
                tenant.ok("DELETE", &path, json!({ "start_index": 0, "end_index": 1 })).await;
            }
            2 | 3 if is_old => {
                let person = json!({ "type": "person", "person": { "openId": words } });
                let payload = json!({ "blocks": [{ "type": "paragraph", "paragraph": { "elements": [person], "style": {} } }] });
                let insert = json!({ "requestType": "InsertBlocksRequestType", "insertBlocksRequest": {
                    "payload": payload.to_string(),
                    "location": { "zoneId": "0", "startOfZone": self.dice.one_in(2), "endOfZone": true } } });
                let path = format!("/open-apis/im/v1/chats/{id}/announcement");
                let body =
                    json!({ "revision": row["revision"].to_string(), "requests": [insert.to_string()] });
                tenant.ok("PATCH", &path, body).await;
                return;
            }
            _ => return,
        }
        self.edited.insert((key.clone(), "announcement"));
    }

    /// Tabs and menu.
    async fn turn(&mut self, key: &Key, id: &str, dump: &Value, number: &str) {
        let tenant = &self.world.tenant;
        let tabs = dump["chat_tabs"][number]["tabs"].as_array().cloned().unwrap_or_default();
        let custom = tabs.iter().filter(|tab| tab["kind"] == "url" || tab["kind"] == "doc");
        let custom: Vec<&Value> = custom.collect();
        let words = self.fresh();
        let path = |rest: &str| format!("/open-apis/im/v1/chats/{id}/{rest}");
        let tab = json!({ "tab_name": words, "tab_type": "url", "tab_content": { "url": format!("https://{}.example/hand", self.written) } });
        let turned = match (self.dice.below(4), custom.first()) {
            (0, _) => {
                tenant.ok("POST", &path("chat_tabs"), json!({ "chat_tabs": [tab] })).await;
                true
            }
            (1, Some(first)) => {
                let mut tab = tab;
                tab["tab_id"] = first["id"].clone();
                tab["tab_type"] = first["kind"].clone();
                let what = first["kind"].as_str().expect("a kind");
                tab["tab_content"] = json!({ what: first["address"] });
                tenant.ok("POST", &path("chat_tabs/update_tabs"), json!({ "chat_tabs": [tab] })).await;
                true
            }
            (2, Some(first)) => {
                let body = json!({ "tab_ids": [first["id"]] });
                tenant.ok("DELETE", &path("chat_tabs/delete_tabs"), body).await;
                true
            }
            _ => false,
        };
        if turned {
            self.edited.insert((key.clone(), "tabs"));
        }
        let tops = dump["chat_menus"][number]["tops"].as_array().cloned().unwrap_or_default();
        let words = self.fresh();
        let item = json!({ "action_type": "REDIRECT_LINK", "name": words, "redirect_link": { "common_url": "https://hand.example/" } });
        match (self.dice.below(4), tops.first()) {
            (0, _) if tops.len() < 3 => {
                let tree = json!({ "menu_tree": { "chat_menu_top_levels": [{ "chat_menu_item": item }] } });
                tenant.ok("POST", &path("menu_tree"), tree).await;
            }
            (1, Some(first)) => {
                let body = json!({ "chat_menu_top_level_ids": [first["id"]] });
                tenant.ok("DELETE", &path("menu_tree"), body).await;
            }
            _ => return,
        }
        self.edited.insert((key.clone(), "menu"));
    }

    /// Drift is exactly what was edited of what is managed before and after.
    pub(super) async fn drifts(&self, now: &Org, next: &Org) -> Result<(), String> {
        let plan = self.world.plan(&next.yaml()).await.map_err(|p| format!("no plan: {}", told(&p)))?;
        let mut told: BTreeSet<(Key, &str)> = BTreeSet::new();
        for change in plan.changes.iter().filter(|change| change.address.kind() == "chat") {
            for part in ["announcement", "tabs", "menu"] {
                if change.drift.iter().any(|drift| drift.name == part) {
                    told.insert((change.address.key().to_owned(), part));
                }
            }
        }
        let managed = |org: &Org, key: &Key, part: &str| {
            let front = org.fronts.get(key)?;
            Some(match part {
                "announcement" => front.text.as_ref()?.is_empty(),
                "tabs" => front.tabs.as_ref()?.is_empty(),
                _ => front.menu.as_ref()?.is_empty(),
            })
        };
        let wanted = Org { chats: now.chats.clone(), fronts: next.fronts.clone(), ..Org::default() };
        let differs = differences(&self.world.dump().await, &wanted);
        for (key, part) in &self.edited {
            // What was empty from the start was never written, and what is as it will be declared is fine.
            let other = differs.iter().any(|line| line.starts_with(&format!("chat {key}: {part}:")));
            let counts =
                other && managed(now, key, part) == Some(false) && managed(next, key, part).is_some();
            if counts && !told.contains(&(key.clone(), *part)) {
                return Err(format!("the {part} of {key} was edited, and that is no drift: {told:?}"));
            }
        }
        match told.iter().find(|drift| !self.edited.contains(*drift)) {
            Some((key, part)) => Err(format!("the {part} of {key} is drift, and nobody touched it")),
            None => Ok(()),
        }
    }

    /// What Markdown cannot say, by chat.
    pub(super) async fn others(&self, org: &Org) -> BTreeMap<Key, Vec<String>> {
        let dump = self.world.dump().await;
        let live = numbers(&dump);
        let mut all = BTreeMap::new();
        for (key, chat) in &org.chats {
            if let Some(number) = live.get(chat.name.as_str()) {
                let (_, mut others) = lines_of(&dump["chat_announcements"][number]);
                others.sort();
                all.insert(key.clone(), others);
            }
        }
        all
    }
}
