//! The press of the program: sheets of a release, set in type by the print crate.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::sync::{Mutex, PoisonError};

use domain::Sha256Digest;
use release::{Press, Sheet};

use crate::refusal::{Outcome, Refusal};

pub struct TypstPress;

fn handed_over(sheet: &Sheet) -> print::Sheet {
    print::Sheet { ident: sheet.ident.clone(), markup: sheet.markup.clone(), pictures: sheet.pictures.clone() }
}

impl Press for TypstPress {
    fn pdf(&self, sheet: &Sheet) -> Result<Vec<u8>, String> {
        print::pdf(&handed_over(sheet)).map_err(|e| e.to_string())
    }
    fn png(&self, sheet: &Sheet) -> Result<Vec<u8>, String> {
        print::png(&handed_over(sheet)).map_err(|e| e.to_string())
    }
    fn family(&self, lang: &str) -> &'static str {
        print::family(lang)
    }
    fn licence(&self) -> &'static [u8] {
        print::LICENCE
    }
}

/// As [`TypstPress`], but a sheet that the last release had is not set again: what was made of it is kept by the digest of
/// the sheet. The same sheet gives the same bytes, so a release made with it is no other.
pub struct KeptPress {
    dir: PathBuf,
    used: Mutex<BTreeSet<String>>,
}

impl KeptPress {
    /// With `afresh`, nothing that is kept is used.
    pub fn open(dir: &Path, afresh: bool) -> Outcome<Self> {
        if afresh && dir.exists() {
            std::fs::remove_dir_all(dir).map_err(|e| Refusal::io("could not empty", dir, e))?;
        }
        dir.parent().map_or(Ok(()), evidence::make_private_dir)?;
        evidence::make_private_dir(dir)?;
        Ok(Self { dir: dir.to_owned(), used: Mutex::default() })
    }

    fn made(
        &self,
        form: &str,
        sheet: &Sheet,
        make: impl Fn(&Sheet) -> Result<Vec<u8>, String>,
    ) -> Result<Vec<u8>, String> {
        let mut key = Vec::new();
        let texts = [form, print::CODE, &sheet.ident, &sheet.markup].map(str::as_bytes);
        let pictures = sheet.pictures.iter().flat_map(|(name, bytes)| [name.as_bytes(), bytes]);
        for part in texts.into_iter().chain(pictures) {
            key.extend((part.len() as u64).to_le_bytes());
            key.extend(part);
        }
        let name = format!("{}.{form}", Sha256Digest::of(&key));
        let path = self.dir.join(&name);
        self.used.lock().unwrap_or_else(PoisonError::into_inner).insert(name);
        if let Some(bytes) = whole(&path) {
            return Ok(bytes);
        }
        let bytes = make(sheet)?;
        let digest = Sha256Digest::of(&bytes).0;
        std::fs::write(&path, [&digest[..], &bytes].concat()).map_err(|e| format!("{}: {e}", path.display()))?;
        Ok(bytes)
    }

    /// Forgets what this release did not use.
    pub fn finish(&self) -> Outcome<()> {
        let used = self.used.lock().unwrap_or_else(PoisonError::into_inner);
        for entry in std::fs::read_dir(&self.dir).map_err(|e| Refusal::io("could not read", &self.dir, e))?.flatten() {
            if entry.file_name().to_str().is_none_or(|name| !used.contains(name)) {
                std::fs::remove_file(entry.path()).map_err(|e| Refusal::io("could not remove", &entry.path(), e))?;
            }
        }
        Ok(())
    }
}

/// What is kept, unless it is torn: its first 32 bytes are the SHA-256 of the others.
fn whole(path: &Path) -> Option<Vec<u8>> {
    let kept = std::fs::read(path).ok()?;
    let (digest, bytes) = kept.split_at_checked(32)?;
    (Sha256Digest::of(bytes).0 == *digest).then(|| bytes.to_vec())
}

impl Press for KeptPress {
    fn pdf(&self, sheet: &Sheet) -> Result<Vec<u8>, String> {
        self.made("pdf", sheet, |sheet| TypstPress.pdf(sheet))
    }
    fn png(&self, sheet: &Sheet) -> Result<Vec<u8>, String> {
        self.made("png", sheet, |sheet| TypstPress.png(sheet))
    }
    fn family(&self, lang: &str) -> &'static str {
        TypstPress.family(lang)
    }
    fn licence(&self) -> &'static [u8] {
        TypstPress.licence()
    }
}
