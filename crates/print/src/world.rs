//! What one sheet can reach while it is set: its markup, its pictures, the embedded faces. Nothing else exists.

use std::collections::BTreeMap;
use std::path::PathBuf;
use std::sync::LazyLock;

use typst::diag::{FileError, FileResult};
use typst::foundations::{Bytes, Datetime, Duration};
use typst::syntax::{FileId, RootedPath, Source, VirtualPath, VirtualRoot};
use typst::text::{Font, FontBook};
use typst::utils::LazyHash;
use typst::{Library, LibraryExt, World};

use crate::Sheet;
use crate::faces::{BOOK, FONTS};

static LIBRARY: LazyLock<LazyHash<Library>> = LazyLock::new(|| LazyHash::new(<Library as LibraryExt>::default()));

/// The same for every sheet: a name takes one of 65,535 numbers of the process for good.
static MAIN: LazyLock<FileId> = LazyLock::new(|| {
    let path = VirtualPath::new("/main.typ").expect("a constant path is a path");
    FileId::new(RootedPath::new(VirtualRoot::Project, path))
});

pub(crate) struct Desk {
    main: Source,
    pictures: BTreeMap<String, Bytes>,
}

impl Desk {
    pub fn new(sheet: &Sheet) -> Self {
        let pictures = sheet.pictures.iter().map(|(name, bytes)| (name.clone(), Bytes::new(bytes.clone()))).collect();
        Self { main: Source::new(*MAIN, sheet.markup.clone()), pictures }
    }
}

impl World for Desk {
    fn library(&self) -> &LazyHash<Library> {
        &LIBRARY
    }
    fn book(&self) -> &LazyHash<FontBook> {
        &BOOK
    }
    fn main(&self) -> FileId {
        *MAIN
    }
    fn source(&self, id: FileId) -> FileResult<Source> {
        if id == *MAIN { Ok(self.main.clone()) } else { Err(missing(id)) }
    }
    fn file(&self, id: FileId) -> FileResult<Bytes> {
        self.pictures.get(id.get().vpath().get_without_slash()).cloned().ok_or_else(|| missing(id))
    }
    fn font(&self, index: usize) -> Option<Font> {
        FONTS.get(index).cloned()
    }
    fn today(&self, _: Option<Duration>) -> Option<Datetime> {
        None
    }
}

fn missing(id: FileId) -> FileError {
    FileError::NotFound(PathBuf::from(id.get().vpath().get_without_slash()))
}
