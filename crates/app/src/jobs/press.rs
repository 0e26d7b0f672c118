//! The press of the program: sheets of a release, set in type by the print crate.

use release::{Press, Sheet};

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
}
