//! Presses without type.

use std::sync::Mutex;

use release::{Press, Sheet};

/// A press whose sheets can be read: what it is given is what it prints.
pub struct Readable;

impl Press for Readable {
    fn pdf(&self, sheet: &Sheet) -> Result<Vec<u8>, String> {
        let pictures = sheet.pictures.iter().flat_map(|(_, bytes)| bytes.iter().copied());
        Ok(sheet.markup.bytes().chain(sheet.ident.bytes()).chain(pictures).collect())
    }
    fn png(&self, sheet: &Sheet) -> Result<Vec<u8>, String> {
        self.pdf(sheet)
    }
    fn family(&self, _: &str) -> &'static str {
        "(\"Noto Sans\")"
    }
    fn licence(&self) -> &'static [u8] {
        b"the licence of the faces"
    }
}

/// A press that keeps the sheets it was given, in order.
#[derive(Default)]
pub struct Keeping(pub Mutex<Vec<Sheet>>);

impl Press for Keeping {
    fn pdf(&self, sheet: &Sheet) -> Result<Vec<u8>, String> {
        self.0.lock().unwrap().push(sheet.clone());
        Readable.pdf(sheet)
    }
    fn png(&self, sheet: &Sheet) -> Result<Vec<u8>, String> {
        self.pdf(sheet)
    }
    fn family(&self, lang: &str) -> &'static str {
        Readable.family(lang)
    }
    fn licence(&self) -> &'static [u8] {
        Readable.licence()
    }
}
