//! What `-f` means: a file, a folder, `-`.
//!
//! A folder gives every `*.yaml` and `*.yml` below it, in name order; hidden entries are skipped, links are
//! followed and circles of links are harmless. A file that is reached twice, by whatever name, is read once.

use std::collections::BTreeSet;
use std::fs;
use std::io::{self, Read};
use std::path::{Path, PathBuf};

use super::{Limits, beside};
use crate::base::diag::{Code, Diagnostic, Diagnostics};
use crate::base::span::Span;
use crate::base::suggest::nearest;

/// One argument of `-f`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Input {
    Stdin,
    Path(PathBuf),
}

impl From<PathBuf> for Input {
    fn from(path: PathBuf) -> Self {
        if path.as_os_str() == "-" { Self::Stdin } else { Self::Path(path) }
    }
}

/// A file that was read.
pub(super) struct Found {
    pub(super) name: String,
    pub(super) bytes: Vec<u8>,
    /// The folder that `include:` is relative to.
    pub(super) folder: PathBuf,
    /// The folder that files named in it must lie in: the one that `-f` names, or that of the file that it names.
    pub(super) root: PathBuf,
}

/// What was read so far, so that nothing is read twice.
pub(super) struct Reading<'r> {
    limits: &'r Limits,
    problems: Diagnostics,
    found: Vec<Found>,
    /// Real paths of files and folders.
    seen: BTreeSet<PathBuf>,
    total: u64,
    overfull: bool,
    stdin_read: bool,
    /// Where a file asks for what is read now.
    asked: Option<Span>,
    root: PathBuf,
}

impl<'r> Reading<'r> {
    pub(super) fn new(limits: &'r Limits) -> Self {
        Self {
            limits,
            problems: Diagnostics::default(),
            found: Vec::new(),
            seen: BTreeSet::new(),
            total: 0,
            overfull: false,
            stdin_read: false,
            asked: None,
            root: PathBuf::new(),
        }
    }

    /// Reads all inputs in their order.
    pub(super) fn inputs(&mut self, inputs: &[Input], stdin: &mut dyn Read) -> Vec<Found> {
        for input in inputs {
            match input {
                Input::Stdin if self.stdin_read => {}
                Input::Stdin => {
                    self.stdin_read = true;
                    self.root = PathBuf::new();
                    self.take("<stdin>", PathBuf::new(), stdin);
                }
                Input::Path(path) => {
                    self.root = root_of(path);
                    self.argument(path);
                }
            }
        }
        std::mem::take(&mut self.found)
    }

    /// Reads what an `include:` at this place names; nothing when it was read already. What lies in the root of the
    /// file that asks belongs to that root; what lies elsewhere has its own.
    pub(super) fn included(&mut self, path: &Path, asked: Span, root: &Path) -> Vec<Found> {
        self.asked = Some(asked);
        self.root = if lies_in(path, root) { root.to_path_buf() } else { root_of(path) };
        self.argument(path);
        self.asked = None;
        std::mem::take(&mut self.found)
    }

    pub(super) fn into_problems(self) -> Diagnostics {
        self.problems
    }

    fn push(&mut self, problem: Diagnostic) {
        self.problems.push(match self.asked {
            Some(span) => problem.at(span, "asked for here"),
            None => problem,
        });
    }

    fn argument(&mut self, path: &Path) {
        if !path.is_dir() {
            return self.file(path);
        }
        let mut files = Vec::new();
        self.walk(path, &mut BTreeSet::new(), &mut files);
        if files.is_empty() {
            self.push(
                Diagnostic::new(Code("load::empty_folder"), "nothing to read in the folder")
                    .because(format!("there is no `*.yaml` or `*.yml` below {}", path.display()))
                    .remedy("name a folder that holds the manifest; hidden files and folders are skipped"),
            );
        }
        for file in files {
            self.file(&file);
        }
    }

    /// Gathers the manifests of a folder; `walked` are the real paths of the folders of this argument.
    fn walk(&mut self, folder: &Path, walked: &mut BTreeSet<PathBuf>, files: &mut Vec<PathBuf>) {
        let entries = fs::canonicalize(folder).and_then(|real| {
            if !walked.insert(real) {
                return Ok(Vec::new());
            }
            fs::read_dir(folder)?.map(|entry| entry.map(|entry| entry.file_name())).collect()
        });
        let mut names = match entries {
            Ok(names) => names,
            Err(error) => return self.push(unreadable(&folder.display().to_string(), &error)),
        };
        names.sort();
        for name in names {
            if name.to_string_lossy().starts_with('.') {
                continue;
            }
            let path = folder.join(name);
            let yaml = path.extension().is_some_and(|end| end == "yaml" || end == "yml");
            // A pipe or a device in a folder is no manifest, and reading it could wait for ever.
            let special = fs::metadata(&path).is_ok_and(|meta| !meta.is_file());
            if path.is_dir() {
                self.walk(&path, walked, files);
            } else if yaml && !special {
                files.push(path);
            }
        }
    }

    fn file(&mut self, path: &Path) {
        let name = path.display().to_string();
        let opened = fs::canonicalize(path)
            .and_then(|real| if self.seen.insert(real) { fs::File::open(path).map(Some) } else { Ok(None) });
        match opened {
            Ok(Some(mut file)) => {
                let folder = path.parent().map(Path::to_path_buf).unwrap_or_default();
                self.take(&name, folder, &mut file);
            }
            Ok(None) => {}
            Err(error) if error.kind() == io::ErrorKind::NotFound => self.push(missing(path)),
            Err(error) => self.push(unreadable(&name, &error)),
        }
    }

    /// Reads to the end, or to one byte beyond what is allowed.
    fn take(&mut self, name: &str, folder: PathBuf, reader: &mut dyn Read) {
        if self.overfull {
            return;
        }
        let mut bytes = Vec::new();
        if let Err(error) = reader.take(self.limits.file_bytes.saturating_add(1)).read_to_end(&mut bytes) {
            return self.push(unreadable(name, &error));
        }
        let size = u64::try_from(bytes.len()).unwrap_or(u64::MAX);
        if size > self.limits.file_bytes {
            return self.push(
                Diagnostic::new(Code("load::file_too_large"), "the file is too large")
                    .because(format!("{name} has more than {} bytes", self.limits.file_bytes))
                    .remedy("split the manifest into several files, or name the right file"),
            );
        }
        self.total = self.total.saturating_add(size);
        if self.total > self.limits.total_bytes {
            self.overfull = true;
            return self.push(
                Diagnostic::new(Code("load::too_much"), "the files are too large together")
                    .because(format!("with {name} there are more than {} bytes", self.limits.total_bytes))
                    .remedy("name fewer files; what comes after this one was not read"),
            );
        }
        let root = self.root.clone();
        self.found.push(Found { name: name.to_owned(), bytes, folder, root });
    }
}

fn root_of(path: &Path) -> PathBuf {
    if path.is_dir() { path.to_path_buf() } else { path.parent().map(Path::to_path_buf).unwrap_or_default() }
}

fn lies_in(path: &Path, root: &Path) -> bool {
    let real = |path: &Path| fs::canonicalize(beside::or_here(path)).ok();
    real(path).zip(real(root)).is_some_and(|(path, root)| path.starts_with(root))
}

fn unreadable(name: &str, error: &io::Error) -> Diagnostic {
    Diagnostic::new(Code("load::unreadable"), "cannot read")
        .because(format!("{name}: {error}"))
        .remedy("check that it may be read by you")
}

fn missing(path: &Path) -> Diagnostic {
    let folder = path.parent().filter(|p| !p.as_os_str().is_empty()).unwrap_or(Path::new("."));
    let mut names: Vec<String> = fs::read_dir(folder)
        .into_iter()
        .flatten()
        .flatten()
        .map(|entry| entry.file_name().to_string_lossy().into_owned())
        .collect();
    names.sort();
    let wanted = path.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
    let remedy = match nearest(&wanted, names.iter().map(String::as_str)) {
        Some(name) => format!("did you mean {}?", path.with_file_name(name).display()),
        None => "`-f` takes a file, a folder or `-` for standard input".to_owned(),
    };
    Diagnostic::new(Code("load::not_found"), "no such file or folder")
        .because(format!("{} does not exist", path.display()))
        .remedy(remedy)
}
