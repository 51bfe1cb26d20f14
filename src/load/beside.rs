//! [`Beside`]: files that a manifest names, found from the YAML file that names them.
//!
//! A path goes from the folder of its YAML file and may not leave the folder that was given with `-f`, by `..`, a link
//! or any other way: who sends a manifest must not be able to have files read that are none of its business.

use std::collections::BTreeMap;
use std::fs;
use std::io::{self, Read as _};
use std::path::{Component, Path, PathBuf};

use crate::base::span::FileId;

/// Where each YAML file lies.
#[derive(Debug, Default)]
pub struct Beside {
    places: BTreeMap<FileId, Place>,
}

#[derive(Debug)]
struct Place {
    folder: PathBuf,
    root: PathBuf,
}

/// A file that a manifest names.
#[derive(Debug, PartialEq, Eq)]
pub struct Neighbour {
    /// As it is found from here.
    pub path: String,
    pub bytes: Vec<u8>,
}

/// A file that cannot be had.
#[derive(Debug, PartialEq, Eq)]
pub enum NoFile {
    /// The path is none, or an absolute one.
    Path,
    Missing(String),
    /// Outside of this folder.
    Outside(String),
    /// A folder or a device.
    NoFile(String),
    TooLarge(String),
    Unreadable(String, String),
}

/// The folder itself where a path is empty.
pub(super) fn or_here(path: &Path) -> &Path {
    if path.as_os_str().is_empty() { Path::new(".") } else { path }
}

impl Beside {
    pub(super) fn add(&mut self, file: FileId, folder: PathBuf, root: PathBuf) {
        self.places.insert(file, Place { folder, root });
    }

    /// Reads the file that a path names, which stands in this YAML file; `max` bytes of it at most.
    ///
    /// # Errors
    /// There is none that may be read.
    pub fn read(&self, from: FileId, path: &str, max: u64) -> Result<Neighbour, NoFile> {
        let relative = Path::new(path);
        let sound = relative.components().all(|c| !matches!(c, Component::RootDir | Component::Prefix(_)));
        if path.trim().is_empty() || path.contains('\0') || !sound {
            return Err(NoFile::Path);
        }
        let nowhere = Place { folder: PathBuf::new(), root: PathBuf::new() };
        let place = self.places.get(&from).unwrap_or(&nowhere);
        let found = plain(&place.folder.join(relative));
        let shown = found.display().to_string();
        let unreadable = |error: &io::Error| match error.kind() {
            io::ErrorKind::NotFound => NoFile::Missing(shown.clone()),
            _ => NoFile::Unreadable(shown.clone(), error.to_string()),
        };
        let root = fs::canonicalize(or_here(&place.root)).map_err(|e| unreadable(&e))?;
        let real = fs::canonicalize(or_here(&place.folder.join(relative))).map_err(|e| unreadable(&e))?;
        if !real.starts_with(&root) {
            return Err(NoFile::Outside(or_here(&place.root).display().to_string()));
        }
        let about = fs::metadata(&real).map_err(|e| unreadable(&e))?;
        if !about.is_file() {
            return Err(NoFile::NoFile(shown));
        }
        let mut bytes = Vec::new();
        let file = fs::File::open(&real).map_err(|e| unreadable(&e))?;
        file.take(max.saturating_add(1)).read_to_end(&mut bytes).map_err(|e| unreadable(&e))?;
        if u64::try_from(bytes.len()).unwrap_or(u64::MAX) > max {
            return Err(NoFile::TooLarge(shown));
        }
        Ok(Neighbour { path: shown, bytes })
    }
}

/// Without `.` and, where it says nothing, `..`: one file has one name in a plan.
fn plain(path: &Path) -> PathBuf {
    let mut plain = PathBuf::new();
    for part in path.components() {
        match part {
            Component::CurDir => {}
            Component::ParentDir if matches!(plain.components().next_back(), Some(Component::Normal(_))) => {
                plain.pop();
            }
            other => plain.push(other),
        }
    }
    plain
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::base::source::SourceMap;

    /// `root/sub/a.yaml`, with files in it, beside it and outside.
    fn tree() -> (tempfile::TempDir, Beside, FileId) {
        let dir = tempfile::tempdir().expect("folder");
        let root = dir.path().join("root");
        fs::create_dir_all(root.join("sub")).expect("folders");
        for path in ["root/sub/in.txt", "root/up.txt", "outside.txt"] {
            fs::write(dir.path().join(path), path).expect("file");
        }
        let file = SourceMap::default().add("a.yaml", "x");
        let mut beside = Beside::default();
        beside.add(file, root.join("sub"), root);
        (dir, beside, file)
    }

    #[test]
    fn a_path_goes_from_its_file_and_stays_in_the_folder_that_was_given() {
        let (dir, beside, file) = tree();
        let read = |path: &str| beside.read(file, path, 100).map(|found| found.bytes);
        assert_eq!(read("in.txt"), Ok(b"root/sub/in.txt".to_vec()));
        assert_eq!(read("../up.txt"), Ok(b"root/up.txt".to_vec()));
        let outside = dir.path().join("outside.txt").display().to_string();
        for path in ["../../outside.txt", "../sub/../../outside.txt"] {
            assert!(matches!(read(path), Err(NoFile::Outside(_))), "{path}");
        }
        for path in ["", " ", "a\0b", outside.as_str()] {
            assert_eq!(read(path), Err(NoFile::Path), "{path:?}");
        }
        assert!(matches!(read("none.txt"), Err(NoFile::Missing(_))));
        assert!(matches!(read("../sub"), Err(NoFile::NoFile(_))));
        assert!(matches!(beside.read(file, "in.txt", 3), Err(NoFile::TooLarge(_))));
        let shown = beside.read(file, "./../sub/in.txt", 100).expect("file").path;
        assert!(shown.ends_with("root/sub/in.txt"), "{shown}");
    }

    #[cfg(unix)]
    #[test]
    fn a_link_does_not_lead_out() {
        let (dir, beside, file) = tree();
        let link = |to: &str, at: &str| {
            std::os::unix::fs::symlink(dir.path().join(to), dir.path().join("root/sub").join(at))
                .expect("link");
        };
        link("outside.txt", "out");
        link(".", "all");
        link("root/up.txt", "fine");
        assert!(matches!(beside.read(file, "out", 100), Err(NoFile::Outside(_))));
        assert!(matches!(beside.read(file, "all/outside.txt", 100), Err(NoFile::Outside(_))));
        assert_eq!(beside.read(file, "fine", 100).map(|found| found.bytes), Ok(b"root/up.txt".to_vec()));
    }
}
