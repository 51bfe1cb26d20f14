//! What plan, apply and drift have in common: the manifest, the state, the tenant, and the plan made of them.

use std::collections::{BTreeMap, BTreeSet};
use std::io::IsTerminal;
use std::path::{Path, PathBuf};
use std::time::{SystemTime, UNIX_EPOCH};

use clap::Args;
use serde_json::json;

use super::context::{Context, Target};
use super::exit::Exit;
use super::manifest::Files;
use super::ui::Ui;
use crate::apply::{Recovery, peek, recover};
use crate::base::count::Count;
use crate::base::source::SourceMap;
use crate::check::Checked;
use crate::kinds::registry;
use crate::model::{Address, Manifest, Snapshot};
use crate::observe::{Asks, Scope, observe};
use crate::plan::{Input, Mode, Origin, Overrides, Plan, file, plan};
use crate::render::plan::PlanView;
use crate::render::text::escaped;
use crate::render::{Kinds, Show, diagnostic};
use crate::state::{Document, Holder, LockError, Locked, Store};

/// Which state and which tenant.
#[derive(Debug, Args)]
pub(super) struct Place {
    #[command(flatten)]
    pub(super) target: Target,
    /// Where the state is kept [default: .larkctl/state.json; with --sandbox beside its data].
    #[arg(long, value_name = "FILE")]
    pub(super) state: Option<PathBuf>,
    #[command(flatten)]
    pub(super) look: Look,
}

/// How much to show.
#[derive(Debug, Args)]
pub(super) struct Look {
    /// Show mobiles and mail addresses in full.
    #[arg(long)]
    pub(super) show_sensitive: bool,
    /// Show everything: all members of large sets, all steps.
    #[arg(long, short)]
    pub(super) verbose: bool,
    /// No colour, whatever the terminal. The variable NO_COLOR does the same.
    #[arg(long)]
    pub(super) no_color: bool,
}

/// What a person lets through the guards.
#[derive(Debug, Args)]
pub(super) struct Allowed {
    /// How many things of a kind may be deleted: N for every kind, KIND=N for one.
    #[arg(long, value_name = "[KIND=]N", value_parser = max_destroy)]
    max_destroy: Vec<(Option<String>, u64)>,
    /// Delete this thing although it is protected by prevent_destroy.
    #[arg(long, value_name = "ADDRESS")]
    allow_destroy: Vec<Address>,
    /// Delete people although nobody is named to inherit from them.
    #[arg(long)]
    allow_no_heirs: bool,
    /// Plan to delete everything that is managed.
    #[arg(long)]
    pub(super) destroy: bool,
}

fn max_destroy(text: &str) -> Result<(Option<String>, u64), String> {
    let (kind, number) = match text.split_once('=') {
        Some((kind, number)) => (Some(kind), number),
        None => (None, text),
    };
    if let Some(kind) = kind
        && registry().kind(kind).is_none()
    {
        return Err(format!("there is no kind {kind:?}"));
    }
    let number = number.parse().map_err(|_| format!("{number:?} is not a number"))?;
    Ok((kind.map(str::to_owned), number))
}

impl Allowed {
    pub(super) fn overrides(&self) -> Overrides {
        let mut max = BTreeMap::new();
        for (kind, number) in &self.max_destroy {
            match kind {
                Some(kind) => {
                    max.insert(kind.clone(), *number);
                }
                None => max.extend(registry().iter().map(|k| (k.info().name.to_owned(), *number))),
            }
        }
        Overrides {
            max_destroy: max,
            allow_destroy: self.allow_destroy.iter().cloned().collect(),
            allow_no_heirs: self.allow_no_heirs,
        }
    }

    /// The flags as they were given, for a command that a person can copy.
    pub(super) fn words(&self) -> Vec<String> {
        let mut words = Vec::new();
        for (kind, number) in &self.max_destroy {
            let kind = kind.as_ref().map(|kind| format!("{kind}=")).unwrap_or_default();
            words.extend(["--max-destroy".to_owned(), format!("{kind}{number}")]);
        }
        for address in &self.allow_destroy {
            words.extend(["--allow-destroy".to_owned(), address.to_string()]);
        }
        words.extend(self.allow_no_heirs.then(|| "--allow-no-heirs".to_owned()));
        words.extend(self.destroy.then(|| "--destroy".to_owned()));
        words
    }

    pub(super) fn mode(&self) -> Mode {
        if self.destroy { Mode::Destroy } else { Mode::Apply }
    }
}

impl Place {
    pub(super) fn store(&self, manifest: Option<&Path>) -> Store {
        store(self.state.as_deref(), &self.target, manifest)
    }

    /// The flags as they were given, for a command that a person can copy.
    pub(super) fn words(&self) -> Vec<String> {
        let mut words = self.target.words();
        if let Some(state) = &self.state {
            words.extend(["--state".to_owned(), state.display().to_string()]);
        }
        words
    }
}

impl Look {
    pub(super) fn show(&self) -> Show {
        let colour = !self.no_color
            && std::env::var_os("NO_COLOR").is_none_or(|v| v.is_empty())
            && std::io::stdout().is_terminal();
        Show { colour, sensitive: self.show_sensitive, verbose: self.verbose }
    }
}

/// `--target` as it was given.
pub(super) fn targets(only: &[Address]) -> impl Iterator<Item = String> {
    only.iter().flat_map(|address| ["--target".to_owned(), address.to_string()])
}

/// The state's file. A rehearsal never touches the state of the real tenant.
pub(super) fn store(named: Option<&Path>, target: &Target, manifest: Option<&Path>) -> Store {
    let default = || match &target.sandbox {
        Some(dir) => dir.join("state.json"),
        None => manifest.map_or_else(Store::default_path, Path::to_owned),
    };
    Store::at(named.map_or_else(default, Path::to_owned))
}

/// The names of kinds, for rendering.
pub(super) fn kinds() -> Kinds {
    Kinds::from(&registry())
}

/// The tenant's clock. A sandbox may run faster; what is reckoned in days does not notice.
pub(super) fn now() -> i64 {
    let since = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
    i64::try_from(since.as_secs()).unwrap_or(i64::MAX)
}

/// A manifest, a state and a tenant, opened and not yet looked at.
#[derive(Debug)]
pub(super) struct Session {
    pub(super) context: Context,
    pub(super) store: Store,
    checked: Checked,
    sources: SourceMap,
    only: BTreeSet<Address>,
}

impl Session {
    /// Reads and checks the manifest, then opens the tenant; sends nothing.
    pub(super) async fn open(files: &Files, place: &Place, only: &[Address], ui: &Ui) -> Result<Self, Exit> {
        let (checked, sources) = files.sound(ui).ok_or(Exit::Error)?;
        let named = checked.state.as_ref().map(|state| Path::new(&state.path));
        let store = place.store(named);
        let context = opened(place, ui).await?;
        Ok(Self { context, store, checked, sources, only: only.iter().cloned().collect() })
    }

    /// Without a manifest: nothing is declared. The plan knows where its state is, unless the command line says.
    pub(super) async fn bare(place: &Place, origin: &Origin, ui: &Ui) -> Result<Self, Exit> {
        let context = opened(place, ui).await?;
        let checked = Checked { manifest: Manifest::default(), state: None };
        Ok(Self {
            context,
            store: store(
                place.state.as_deref().or(origin.state.as_deref().map(Path::new)),
                &place.target,
                None,
            ),
            checked,
            sources: SourceMap::default(),
            only: BTreeSet::new(),
        })
    }

    /// The state's file, where somebody named one.
    pub(super) fn named_state(&self, place: &Place) -> Option<String> {
        let manifest = self.checked.state.as_ref().filter(|_| place.target.sandbox.is_none());
        let given = place.state.as_ref().map(|path| path.display().to_string());
        given.or_else(|| manifest.map(|state| state.path.clone()))
    }

    pub(super) async fn close(self) {
        self.context.close().await;
    }

    /// Claims the state, takes in what a dead run has done, and reads it.
    pub(super) fn claim(&self, command: &str, ui: &Ui) -> Result<(Locked, Document), Exit> {
        claim(&self.store, command, ui)
    }

    /// The state as a reader sees it: with what a dead run, or one under way, has done so far.
    pub(super) fn look(&self, ui: &Ui) -> Result<Document, Exit> {
        let mut document = loaded(&self.store, ui)?;
        match peek(&self.store, &mut document) {
            Ok(recovery) => tell(recovery.as_ref(), ui),
            Err(e) => return Err(failed(ui, &e, e.remedy().as_deref())),
        }
        Ok(document)
    }

    /// Looks at the tenant and plans.
    pub(super) async fn plan(
        &self,
        document: &Document,
        mode: Mode,
        overrides: &Overrides,
        everything: BTreeSet<String>,
        ui: &Ui,
    ) -> Result<(Plan, Snapshot), Exit> {
        self.context.know_helpdesks(registry().desks(&self.checked.manifest, &document.things)).await;
        let scope = Scope { only: self.only.clone(), everything, destroy: mode == Mode::Destroy };
        let asks = Asks::new(registry(), &self.checked.manifest, document, &scope);
        let snapshot = observe(registry(), asks, &self.context.client.reader(), now()).await;
        let target = self.context.target();
        let input = Input {
            registry: registry(),
            manifest: &self.checked.manifest,
            sources: &self.sources,
            snapshot: &snapshot,
            state: document,
            target: &target,
            mode,
            only: &self.only,
            overrides,
        };
        match plan(&input) {
            Ok(plan) => Ok((plan, snapshot)),
            Err(problems) => {
                let look = super::manifest::look(&std::io::stderr());
                let text = diagnostic::text(&problems, &self.sources, look);
                ui.note(&format_args!("{text}error: {}; nothing was sent", Count(problems.len(), "problem")));
                ui.problems(super::manifest::told(&problems, &self.sources));
                Err(Exit::Error)
            }
        }
    }

    /// What the things that a saved plan touches look like now.
    pub(super) async fn again(&self, plan: &Plan, document: &Document) -> Snapshot {
        let remembered = registry().desks(&self.checked.manifest, &document.things);
        self.context.know_helpdesks(remembered.into_iter().chain(plan.desks.iter().cloned())).await;
        let things = plan.based_on.iter().map(|(address, basis)| (address.clone(), basis.id.clone()));
        let asks = Asks::again(things, &self.checked.manifest, document, registry());
        observe(registry(), asks, &self.context.client.reader(), now()).await
    }
}

async fn opened(place: &Place, ui: &Ui) -> Result<Context, Exit> {
    Context::open(&place.target).await.map_err(|e| failed(ui, &e, e.remedy()))
}

/// Reads the state without claiming it.
pub(super) fn loaded(store: &Store, ui: &Ui) -> Result<Document, Exit> {
    store.load().map(|loaded| loaded.document).map_err(|e| failed(ui, &e, e.remedy().as_deref()))
}

/// Claims the state for a command that writes it, takes in what a dead run has done, and reads it.
pub(super) fn claim(store: &Store, command: &str, ui: &Ui) -> Result<(Locked, Document), Exit> {
    let state = locked(store, command, ui)?;
    let mut document = state.load().map_err(|e| failed(ui, &e, e.remedy().as_deref()))?.document;
    let recovery = recover(&state, &mut document).map_err(|e| failed(ui, &e, e.remedy().as_deref()))?;
    tell(recovery.as_ref(), ui);
    Ok((state, document))
}

/// Claims the state, or says who has it.
pub(super) fn locked(store: &Store, command: &str, ui: &Ui) -> Result<Locked, Exit> {
    store.lock(&Holder::here(command)).map_err(|e| match &e {
        LockError::Held { .. } => {
            ui.error(&e, Some("wait until it ends; the lock goes with the process that holds it"));
            Exit::Locked
        }
        LockError::Io { .. } => failed(ui, &e, None),
    })
}

/// Says what an earlier run left behind.
pub(super) fn tell(recovery: Option<&Recovery>, ui: &Ui) {
    let Some(recovery) = recovery else { return };
    let open = recovery.unknown.len();
    let done = Count(recovery.done, "step");
    ui.note(&format_args!(
        "note: an earlier run did not end: {done} had succeeded{}",
        if open == 0 {
            String::new()
        } else {
            format!(", {} may or may not have; the tenant tells", Count(open, "call"))
        }
    ));
}

pub(super) fn failed(ui: &Ui, error: &dyn std::error::Error, remedy: Option<&str>) -> Exit {
    ui.error(error, remedy);
    Exit::Error
}

/// A plan that `plan --out` wrote.
pub(super) fn saved(path: &Path, ui: &Ui) -> Result<Plan, Exit> {
    let text = std::fs::read_to_string(path)
        .map_err(|e| failed(ui, &e, Some(&format!("is {} the plan that you saved?", path.display()))))?;
    file::open(&text).map_err(|e| failed(ui, &e, Some("make it anew: larkctl plan -f … --out FILE")))
}

/// Says that the guards refuse, one line for each way through; `true` when they do. The plan names every address.
pub(super) fn refused(plan: &Plan, ui: &Ui) -> bool {
    let mut flags: BTreeMap<(&str, &str), Vec<&Address>> = BTreeMap::new();
    for refusal in &plan.refusals {
        flags.entry((&refusal.guard, &refusal.flag)).or_default().push(&refusal.address);
        let summary = format!("refused: {}: {}", refusal.address, refusal.why);
        ui.problems([json!({ "severity": "error", "summary": summary, "remedy": refusal.flag })]);
    }
    for ((guard, flag), addresses) in &flags {
        let others = match addresses.len() {
            0 | 1 => String::new(),
            n => format!(" and {} more", n - 1),
        };
        let first = addresses.first().map(ToString::to_string).unwrap_or_default();
        ui.note(&format_args!("refused: {guard}: {}{others}", escaped(&first)));
        ui.note(&format_args!("  help: if it is meant, {}", escaped(flag)));
    }
    if !plan.refusals.is_empty() {
        ui.note(&"nothing was sent; the plan above says why");
    }
    !plan.refusals.is_empty()
}

/// The exit where nothing is known to differ and something is not known: "nothing to do" would be a guess.
pub(super) fn unread(plan: &Plan, ui: &Ui) -> Exit {
    let what = format!("{} could not be compared", Count(plan.blocked.len(), "thing"));
    ui.failure(&what, "run again, or mend what the output names for each of them")
}

/// The exit of a command that ran on a runtime of its own.
pub(super) fn finished(result: std::io::Result<Result<Exit, Exit>>, ui: &Ui) -> Exit {
    match result {
        Ok(Ok(exit) | Err(exit)) => exit,
        Err(e) => failed(ui, &e, None),
    }
}

/// What a plan's JSON holds when there is no plan, so that its readers find what they look for.
pub(super) fn nothing_planned() -> serde_json::Value {
    let none: [u8; 0] = [];
    json!({
        "lineage": "", "serial": 0, "target": "", "changes": false,
        "summary": crate::plan::Summary::default(),
        "resource_changes": none, "resource_drift": none, "attributes": none, "steps": none, "pending": none,
        "blocked": none, "refusals": none, "notes": none, "matched": none,
        "cost": crate::plan::Cost::default(),
    })
}

/// A plan for people or for programs.
pub(super) fn rendered(plan: &Plan, look: &Look, json: bool) -> String {
    let kinds = kinds();
    let view = PlanView { plan, kinds: &kinds, show: look.show() };
    if json { crate::render::plan::json(view) } else { crate::render::plan::text(view) }
}
