//! A press without type.

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
