//! Sets type: Typst markup and pictures in, a PDF or a PNG out.
//!
//! It never reads a file, a clock or the network: the faces are embedded, the pictures are handed over, and a date that
//! the sheet does not state does not exist. The same sheet gives the same bytes. Lengths are in points, pictures in
//! pixels.

mod faces;
mod world;

use typst::diag::SourceDiagnostic;
use typst::ecow::EcoVec;
use typst_layout::PagedDocument;
use typst_pdf::{PdfOptions, PdfStandard, PdfStandards};

pub use faces::{LICENCE, family};

/// Stands for the code and the faces that set a sheet: with the same code the same sheet gives the same bytes.
pub const CODE: &str = env!("PRINT_CODE");

/// One document to set.
#[derive(Debug, Clone, Default)]
pub struct Sheet {
    /// Identifies the document for good, such as the address of its page.
    pub ident: String,
    /// Typst markup.
    pub markup: String,
    /// Pictures by the name that the markup uses (`flow.svg`).
    pub pictures: Vec<(String, Vec<u8>)>,
}

/// Why no file was made.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum PrintError {
    #[error("{ident} could not be set in type, so no file of it was made: {reasons}")]
    Set { ident: String, reasons: String },
    #[error("{ident} could not be written as {form}, so no file of it was made: {reasons}")]
    Write { ident: String, form: &'static str, reasons: String },
}

fn reasons(found: &EcoVec<SourceDiagnostic>) -> String {
    found.iter().map(|d| d.message.to_string()).collect::<Vec<_>>().join("; ")
}

fn set(sheet: &Sheet) -> Result<PagedDocument, PrintError> {
    let world = world::Desk::new(sheet);
    typst::compile::<PagedDocument>(&world)
        .output
        .map_err(|found| PrintError::Set { ident: sheet.ident.clone(), reasons: reasons(&found) })
}

/// A PDF for archives and for screen readers: PDF/A-2a (ISO 19005-2) with PDF/UA-1 (ISO 14289-1), both enforced by the
/// writer. Where a face's shaped letters have no code point of their own, as some Arabic ones, the writer refuses those two;
/// then it is PDF/A-2b, tagged all the same. The markup must state the document's date and title, and each picture an
/// alternative text.
pub fn pdf(sheet: &Sheet) -> Result<Vec<u8>, PrintError> {
    let document = set(sheet)?;
    let bytes = written(sheet, &document, &[PdfStandard::A_2a, PdfStandard::Ua_1])
        .or_else(|_| written(sheet, &document, &[PdfStandard::A_2b]));
    forget();
    bytes
}

fn written(sheet: &Sheet, document: &PagedDocument, standards: &[PdfStandard]) -> Result<Vec<u8>, PrintError> {
    let failed = |reasons| PrintError::Write { ident: sheet.ident.clone(), form: "PDF", reasons };
    let options = PdfOptions {
        ident: typst::foundations::Smart::Custom(sheet.ident.clone()),
        creator: typst::foundations::Smart::Custom(Some("tawthiq".to_owned())),
        standards: PdfStandards::new(standards).map_err(|e| failed(e.message().to_string()))?,
        ..PdfOptions::default()
    };
    typst_pdf::pdf(document, &options).map_err(|found| failed(reasons(&found)))
}

/// The first page as a PNG, one pixel for each point: a page of 1200 by 630 points is a share card.
pub fn png(sheet: &Sheet) -> Result<Vec<u8>, PrintError> {
    let failed = |reasons: String| PrintError::Write { ident: sheet.ident.clone(), form: "PNG", reasons };
    let document = set(sheet)?;
    let page = document.pages().first().ok_or_else(|| failed("it has no page".to_owned()))?;
    let options = typst_render::RenderOptions { pixel_per_pt: 1.0.into(), ..Default::default() };
    let bytes = typst_render::render(page, &options).encode_png().map_err(|e| failed(e.to_string()))?;
    forget();
    Ok(bytes)
}

/// Drops remembered layouts that the last few sheets did not use: a thousand cards must not stay in memory.
fn forget() {
    typst::comemo::evict(8);
}

#[cfg(test)]
mod tests {
    use super::*;

    fn sheet() -> Sheet {
        Sheet {
            ident: "test/invented".into(),
            markup: "#set document(title: \"Invented\", date: datetime(year: 2026, month: 11, day: 24))\n\
                     #set text(font: (\"Noto Sans\", \"Noto Naskh Arabic\"), lang: \"ar\")\n= عدد\nقُتل 334 مدنيًا"
                .into(),
            pictures: Vec::new(),
        }
    }

    #[test]
    fn the_same_sheet_gives_the_same_bytes() {
        let first = pdf(&sheet()).unwrap();
        assert!(first.starts_with(b"%PDF-"));
        assert_eq!(first, pdf(&sheet()).unwrap());
    }

    #[test]
    fn markup_that_is_wrong_is_refused_in_words() {
        let wrong = Sheet { markup: "#nothing-of-this-name".into(), ..sheet() };
        let said = pdf(&wrong).unwrap_err().to_string();
        assert!(said.contains("no file of it was made"), "{said}");
    }

    #[test]
    fn a_picture_outside_the_sheet_cannot_be_reached() {
        let wrong = Sheet { markup: "#image(\"/etc/hostname.png\", alt: \"x\")".into(), ..sheet() };
        assert!(pdf(&wrong).is_err());
    }

    #[test]
    fn a_card_is_a_png_of_the_size_of_its_page() {
        let card = Sheet { markup: "#set page(width: 1200pt, height: 630pt)\nتوثيق".into(), ..sheet() };
        let bytes = png(&card).unwrap();
        assert_eq!(&bytes[1..4], b"PNG");
        assert_eq!(u32::from_be_bytes([bytes[16], bytes[17], bytes[18], bytes[19]]), 1200);
        assert_eq!(u32::from_be_bytes([bytes[20], bytes[21], bytes[22], bytes[23]]), 630);
    }
}
