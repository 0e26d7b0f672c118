use media::{
    ArchiveLimits, Kind, MediaError, PixelLimits, decode, kind, look_at_markup, metadata, survey, working_copy,
};

use crate::shared;

fn fixture(name: &str) -> Option<Vec<u8>> {
    Some(std::fs::read(shared("hostile")?.join(name)).unwrap())
}

/// The archive is refused, for a reason that holds these words.
fn refused(name: &str, words: &str) {
    let Some(bytes) = fixture(name) else { return };
    match survey(&bytes, ArchiveLimits::default()) {
        Err(MediaError::Archive(reason)) => assert!(reason.contains(words), "{name}: {reason}"),
        other => panic!("{name}: {other:?}"),
    }
}

#[test]
fn a_sound_workbook_passes_and_its_formulas_are_counted() {
    for (name, formulas) in [("ok.xlsx", 0), ("formula.xlsx", 1), ("billion_rows.xlsx", 0)] {
        let Some(bytes) = fixture(name) else { return };
        let survey = survey(&bytes, ArchiveLimits::default()).unwrap();
        assert_eq!(survey.formulas, formulas, "{name}");
        assert!(survey.members.iter().any(|m| m.name.contains("workbook.xml")));
    }
}

#[test]
fn bombs_are_refused_before_they_are_inflated() {
    refused("bomb.xlsx", "a bomb");
    refused("bomb.zip", "a bomb");
    refused("lying_size.zip", "claims to be");
}

#[test]
fn an_overlapping_archive_is_refused() {
    let Some(bytes) = fixture("overlap.zip") else { return };
    let refused = survey(&bytes, ArchiveLimits::default());
    assert!(matches!(&refused, Err(MediaError::Archive(_))), "{refused:?}");
    println!("overlap.zip: {refused:?}");
}

#[test]
fn a_document_type_inside_a_workbook_is_refused() {
    refused("xxe.xlsx", "document type");
    refused("laughs.xlsx", "document type");
}

#[test]
fn members_that_lead_outside_and_archives_in_archives_are_refused() {
    refused("traversal.zip", "nothing was unpacked");
    refused("nested.zip", "archives in archives");
}

#[test]
fn a_picture_that_claims_too_many_pixels_is_refused_by_its_header() {
    for name in ["bomb.png", "huge_dims.png"] {
        let Some(bytes) = fixture(name) else { return };
        let error = decode(&bytes, PixelLimits::default()).unwrap_err();
        println!("{name}: {error}");
        assert!(matches!(error, MediaError::TooManyPixels { .. } | MediaError::Undecodable { .. }));
    }
}

#[test]
fn a_drawing_with_entities_is_refused_and_one_with_a_program_is_told() {
    let Some(bytes) = fixture("xxe.svg") else { return };
    assert_eq!(kind(&bytes), Some(Kind::Drawing));
    assert!(look_at_markup(&bytes, true).is_err());
    let Some(bytes) = fixture("script.svg") else { return };
    let told = look_at_markup(&bytes, true).unwrap();
    assert!(told.iter().any(|t| t.contains("program")) && told.iter().any(|t| t.contains("network")), "{told:?}");
    let Some(bytes) = fixture("captured.html") else { return };
    assert_eq!(kind(&bytes), Some(Kind::Page));
    assert!(look_at_markup(&bytes, false).unwrap().len() >= 4);
}

#[test]
fn a_picture_that_is_a_page_too_is_a_picture_and_says_so() {
    let Some(bytes) = fixture("polyglot.jpg") else { return };
    assert_eq!(kind(&bytes).map(Kind::media_type), Some("image/jpeg"));
    assert!(metadata(&bytes).remarks.iter().any(|r| r.contains("markup")));
    assert!(decode(&bytes, PixelLimits::default()).is_err());
}

#[test]
fn position_and_device_are_read_into_the_vault_and_are_in_no_copy() {
    let Some(bytes) = fixture("gps_exif.jpg") else { return };
    let found = metadata(&bytes);
    let (latitude, longitude) = found.vault.position.unwrap();
    assert!((latitude - (33.0 + 30.0 / 60.0 + 47.0 / 3600.0)).abs() < 1e-9, "{latitude}");
    assert!((longitude - (36.0 + 17.0 / 60.0 + 31.0 / 3600.0)).abs() < 1e-9, "{longitude}");
    assert!(found.vault.claims.iter().any(|c| c.value.contains("SERIAL-12345")), "{:?}", found.vault);
    assert!(!found.claimed_times.iter().any(|c| c.value.contains("SERIAL")));
    let (picture, orientation) = decode(&bytes, PixelLimits::default()).unwrap();
    let (copy, ..) = working_copy(picture, orientation, Some(512)).unwrap();
    assert!(!copy.windows(12).any(|at| at == b"SERIAL-12345"));
    let nothing = metadata(&copy);
    assert_eq!((nothing.vault.position, nothing.vault.claims, nothing.claimed_times), (None, vec![], vec![]));
}

#[test]
fn bytes_cut_anywhere_or_changed_never_stop_the_readers() {
    for name in ["gps_exif.jpg", "ok.xlsx", "traversal.zip", "script.svg"] {
        let Some(bytes) = fixture(name) else { return };
        for cut in 0..bytes.len() {
            let part = &bytes[..cut];
            let _ = (kind(part), metadata(part), decode(part, PixelLimits::default()).is_ok());
            let _ = (survey(part, ArchiveLimits::default()).is_ok(), look_at_markup(part, true).is_ok());
            let mut changed = bytes.clone();
            changed[cut] ^= 0x55;
            let _ = (metadata(&changed), decode(&changed, PixelLimits::default()).is_ok());
            let _ = survey(&changed, ArchiveLimits::default()).is_ok();
        }
    }
}
