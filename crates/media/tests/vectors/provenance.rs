//! A picture signed here, with a certificate made for this run: what its manifest says is shown, and a change is seen.

use std::io::Cursor;

use c2pa::{Builder, Context, EphemeralSigner};

const DEFINITION: &str = r#"{"title":"an invented picture","claim_generator_info":[{"name":"invented camera"}],"assertions":[{
    "label":"c2pa.actions.v2","data":{"actions":[{"action":"c2pa.created",
    "digitalSourceType":"http://cv.iptc.org/newscodes/digitalsourcetype/digitalCapture"}]}}]}"#;

/// A small picture, invented: a slope of greys.
fn picture() -> Vec<u8> {
    let mut jpeg = Cursor::new(Vec::new());
    let pixels = image::RgbImage::from_fn(96, 64, |x, y| image::Rgb([x as u8, y as u8, 128]));
    pixels.write_to(&mut jpeg, image::ImageFormat::Jpeg).unwrap();
    jpeg.into_inner()
}

fn signed() -> Vec<u8> {
    let settings = r#"{"verify":{"verify_after_sign":false,"verify_trust":false}}"#;
    let mut builder =
        Builder::from_context(Context::new().with_settings(settings).unwrap()).with_definition(DEFINITION).unwrap();
    let signer = EphemeralSigner::new("invented.invalid").unwrap();
    let mut out = Cursor::new(Vec::new());
    builder.sign(&signer, "image/jpeg", &mut Cursor::new(picture()), &mut out).unwrap();
    out.into_inner()
}

fn told(bytes: &[u8]) -> String {
    media::metadata(bytes).remarks.join("\n")
}

#[test]
fn a_manifest_that_holds_is_shown_and_called_valid() {
    let found = media::metadata(&signed());
    assert!(found.remarks.iter().any(|r| r.contains("C2PA manifest, which holds")), "{:?}", found.remarks);
    assert!(found.remarks.iter().any(|r| r.contains("not checked against any list")), "{:?}", found.remarks);
    let claimed = |field: &str| found.vault.claims.iter().find(|c| c.field == field).map(|c| c.value.as_str());
    assert_eq!(claimed("c2pa:title"), Some("an invented picture"), "{:?}", found.vault.claims);
    assert!(told(&picture()).is_empty(), "a picture without a manifest: {}", told(&picture()));
}

#[test]
fn a_picture_changed_after_it_was_signed_is_called_changed() {
    let mut bytes = signed();
    // In the pixels, well behind the manifest; the end marker stays.
    let at = bytes.len() - 40;
    bytes[at] ^= 1;
    assert!(told(&bytes).contains("does not hold"), "{}", told(&bytes));
    assert!(told(&bytes).contains("mismatch"), "the reason is named: {}", told(&bytes));
}

#[test]
fn a_manifest_cut_off_anywhere_is_no_valid_one() {
    let whole = signed();
    for part in 1..40 {
        let bytes = &whole[..whole.len() * part / 40];
        assert!(!told(bytes).contains("which holds"), "cut after {} bytes: {}", bytes.len(), told(bytes));
    }
}
