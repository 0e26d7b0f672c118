//! A picture signed here, with a certificate made for this run: what its manifest says is shown, and a change is seen.

include!("../examples/signed.in");

const PICTURE: &[u8] = include_bytes!("../../fuzz/corpus/picture/synth0.png");

fn told(bytes: &[u8]) -> String {
    credentials::look(bytes, "image/png").remarks.join("\n")
}

#[test]
fn a_manifest_that_holds_is_shown_and_called_valid() {
    let found = credentials::look(&signed(PICTURE.to_vec()), "image/png");
    let remarks = found.remarks.join("\n");
    assert!(remarks.contains("C2PA manifest, which holds"), "{remarks}");
    assert!(remarks.contains("not checked against any list"), "{remarks}");
    let claimed = |field: &str| found.claims.iter().find(|c| c.field == field).map_or("", |c| c.value.as_str());
    assert_eq!(claimed("c2pa:title"), "an invented picture");
    assert_eq!(claimed("c2pa:made with"), "invented camera");
    assert_eq!(claimed("c2pa:action"), "c2pa.created");
    assert!(claimed("c2pa:digital source").ends_with("trainedAlgorithmicMedia"), "{:?}", found.claims);
    assert!(told(PICTURE).contains("cannot be read"), "a picture without a manifest: {}", told(PICTURE));
}

#[test]
fn a_picture_changed_after_it_was_signed_is_called_changed() {
    let mut bytes = signed(PICTURE.to_vec());
    // In the pixels, well behind the manifest; the end marker stays.
    let at = bytes.len() - 40;
    bytes[at] ^= 1;
    assert!(told(&bytes).contains("does not hold"), "{}", told(&bytes));
    assert!(told(&bytes).contains("mismatch"), "the reason is named: {}", told(&bytes));
}

#[test]
fn a_manifest_cut_off_anywhere_is_no_valid_one() {
    let whole = signed(PICTURE.to_vec());
    for part in 1..40 {
        let bytes = &whole[..whole.len() * part / 40];
        assert!(!told(bytes).contains("which holds"), "cut after {} bytes: {}", bytes.len(), told(bytes));
    }
}
