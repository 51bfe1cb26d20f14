//! What the planner handed over, by department id.

use std::collections::BTreeMap;

use super::super::sequence::{Input, Place, ROOT, Wish};
use super::super::spec::NAME;
use crate::model::{Action, Address, Late, Live, Observed, Target, Value};
use crate::resource::{ThingChange, Work};

pub(super) struct Scene<'w> {
    pub(super) work: &'w Work<'w>,
    pub(super) live: Option<&'w Observed>,
    ids: BTreeMap<&'w Address, String>,
    changes: BTreeMap<String, &'w ThingChange<'w>>,
}

/// At most five, and how many more.
pub(super) fn some_of(names: &[String]) -> String {
    let shown: Vec<&str> = names.iter().take(5).map(String::as_str).collect();
    match names.len().saturating_sub(5) {
        0 => shown.join(", "),
        more => format!("{} and {more} more", shown.join(", ")),
    }
}

fn own_id<'w>(work: &'w Work<'w>, change: &'w ThingChange<'w>) -> String {
    if let Some(live) = change.live {
        return live.id.clone();
    }
    let written = || change.wanted.get("id").and_then(|id| id.value().as_text()).map(str::to_owned);
    let bound = work.bound.get(&change.address).cloned();
    bound.or_else(written).unwrap_or_else(|| change.address.key().to_owned())
}

impl<'w> Scene<'w> {
    pub(super) fn new(work: &'w Work<'w>) -> Self {
        let ids: BTreeMap<&Address, String> =
            work.changes.iter().map(|change| (&change.address, own_id(work, change))).collect();
        let changes = work.changes.iter().filter(|change| change.action != Action::Forget);
        let changes = changes.filter_map(|change| Some((ids.get(&change.address)?.clone(), change))).collect();
        Self { work, live: work.snapshot.kind(NAME), ids, changes }
    }

    pub(super) fn id(&self, change: &ThingChange<'_>) -> String {
        self.ids.get(&change.address).cloned().unwrap_or_else(|| change.address.key().to_owned())
    }

    pub(super) fn change(&self, id: &str) -> Option<&'w ThingChange<'w>> {
        self.changes.get(id).copied()
    }

    /// Managed departments that stay or come.
    pub(super) fn staying(&self) -> impl Iterator<Item = &'w ThingChange<'w>> {
        self.work.changes.iter().filter(|change| !matches!(change.action, Action::Delete | Action::Forget))
    }

    pub(super) fn leaving(&self) -> impl Iterator<Item = &'w ThingChange<'w>> {
        self.work.changes.iter().filter(|change| change.action == Action::Delete)
    }

    pub(super) fn live(&self, id: &str) -> Option<&'w Live> {
        self.live?.things.get(id)
    }

    /// The department that a reference points at.
    pub(super) fn target(&self, target: &Target) -> String {
        match target {
            Target::Address(address) => match self.ids.get(address) {
                Some(id) => id.clone(),
                None => match self.work.id_of_address(address, "id") {
                    Late::Known(id) => id,
                    Late::Id { late } => late.address.key().to_owned(),
                },
            },
            Target::Remote { id, .. } => id.clone(),
            Target::Lookup(lookup) => lookup.value.clone(),
        }
    }

    pub(super) fn parent(&self, value: &Value) -> String {
        value.as_target().map_or_else(|| ROOT.to_owned(), |target| self.target(target))
    }

    /// A department in a message: its address, or name and id.
    pub(super) fn name(&self, id: &str) -> String {
        if let Some(change) = self.change(id) {
            return change.address.to_string();
        }
        let name = self.live(id).and_then(|live| live.attributes.get("name")).and_then(Value::as_text);
        name.map_or_else(|| id.to_owned(), |name| format!("{name} ({id}, not managed)"))
    }

    /// The address in whose name something happens to a department: its own, or that of the parent which orders it.
    pub(super) fn owner(&self, id: &str) -> Address {
        let parent = || {
            let parent = self.live(id)?.attributes.get("parent")?;
            self.change(&self.parent(parent))
        };
        let change = self.change(id).or_else(parent);
        change.map_or_else(|| Address::new(NAME, id), |change| change.address.clone())
    }

    /// The live tree and what shall become of it.
    pub(super) fn input(&self) -> Input {
        let mut input = Input::default();
        if let Some(observed) = self.live {
            input.live = observed.things.values().map(|live| (live.id.clone(), self.place(live))).collect();
            input.root = observed.complete || (observed.gaps.is_empty() && observed.unknown.is_empty());
        }
        uproot_circles(&mut input.live);
        for (id, change) in &self.changes {
            let wish = match change.action {
                // Whether anybody is in it is judged later.
                Action::Delete => Wish::Gone { empty: false },
                _ => Wish::At(self.wanted(input.live.get(id), change)),
            };
            if change.action != Action::Delete || input.live.contains_key(id) {
                input.wishes.insert(id.clone(), wish);
            }
        }
        input
    }

    fn place(&self, live: &Live) -> Place {
        let get = |name: &str| live.attributes.get(name);
        // What cannot be read collides with nothing.
        let unknown = || format!("?{}", live.id);
        Place {
            parent: get("parent").map_or_else(unknown, |parent| self.parent(parent)),
            name: get("name").and_then(Value::as_text).map_or_else(unknown, str::to_owned),
            i18n: names(get("i18n_name")),
            order: get("order").and_then(Value::as_int),
        }
    }

    fn wanted(&self, live: Option<&Place>, change: &ThingChange<'_>) -> Place {
        let key = change.address.key();
        let mut place = live.cloned().unwrap_or_else(|| Place {
            parent: ROOT.to_owned(),
            name: key.to_owned(),
            i18n: BTreeMap::new(),
            order: None,
        });
        let after = |name: &str| {
            if live.is_none() || change.changes(name) { change.after(name) } else { None }
        };
        if let Some(parent) = after("parent") {
            place.parent = self.parent(parent);
        }
        if let Some(name) = after("name").and_then(Value::as_text) {
            name.trim().clone_into(&mut place.name);
        }
        match after("i18n_name") {
            Some(Value::Map(map)) => {
                for (locale, text) in map {
                    match text.as_text() {
                        Some(text) => place.i18n.insert(locale.clone(), text.trim().to_owned()),
                        None => place.i18n.remove(locale),
                    };
                }
            }
            Some(_) => place.i18n.clear(),
            None => {}
        }
        // A number that is declared is held; one that is not may change with the parent.
        let declared = change.wanted.contains_key("order") && !change.lifecycle.ignore_changes.contains("order");
        place.order = after("order").and_then(Value::as_int).or(place.order.filter(|_| declared));
        place
    }
}

pub(super) fn names(value: Option<&Value>) -> BTreeMap<String, String> {
    let map = value.and_then(Value::as_map).into_iter().flatten();
    map.filter_map(|(locale, text)| Some((locale.clone(), text.as_text()?.to_owned()))).collect()
}

/// A circle cannot be; one that is there because the tree changed while it was read must not lead us astray.
fn uproot_circles(live: &mut BTreeMap<String, Place>) {
    let ids: Vec<String> = live.keys().cloned().collect();
    for id in ids {
        let mut at = id.clone();
        for _ in 0..=live.len() {
            match live.get(&at) {
                Some(place) if place.parent == id => {
                    if let Some(place) = live.get_mut(&id) {
                        place.parent = format!("?{id}");
                    }
                    break;
                }
                Some(place) => at.clone_from(&place.parent),
                None => break,
            }
        }
    }
}
