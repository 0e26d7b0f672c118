//! Whatever the bytes: no panic, and every row comes out as an item or as rejected (the helper asserts it).

mod common;

use common::take_from;
use intake::{Mapping, detect, media_type};
use proptest::prelude::*;

fn every_mapping() -> Vec<Mapping> {
    Mapping::built_in().iter().map(|(name, _)| Mapping::by_name(name).unwrap()).collect()
}

fn through_all(bytes: &[u8]) {
    let _ = media_type(bytes);
    let _ = detect("any", bytes);
    for mapping in every_mapping() {
        let _ = take_from(bytes, &mapping, 0);
        let _ = take_from(bytes, &mapping, 2);
    }
}

const VICTIMS: &str = "record_id,name_ar,name_en,sex,age,date_of_death,governorate,town,cause,perpetrator\n";

proptest! {
    #![proptest_config(ProptestConfig { cases: 64, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn any_bytes(bytes in prop::collection::vec(any::<u8>(), 0..400)) {
        through_all(&bytes);
    }

    #[test]
    fn any_bytes_after_a_header(tail in prop::collection::vec(any::<u8>(), 0..400)) {
        through_all(&[VICTIMS.as_bytes(), &tail].concat());
    }

    #[test]
    fn any_cells_under_a_header(cells in prop::collection::vec("[\"\\n,a1٣\\-/ ]{0,6}", 0..60)) {
        through_all(format!("{VICTIMS}{}", cells.join(",")).as_bytes());
    }

    #[test]
    fn any_text_like_json(text in "[\\[\\]{}:,\"\\\\a1 \n]{0,200}") {
        through_all(text.as_bytes());
        through_all(format!("{{\"actors\": [{text}").as_bytes());
        through_all(format!("[{{\"id\":1,\"name\":\"x\"}}{text}").as_bytes());
    }

    #[test]
    fn any_text_like_toml(text in "[\\[\\]={}'\"a-z\n ]{0,120}") {
        for name in ["statement", "source", "trust_set"] {
            through_all(format!("[[{name}]]\n{text}").as_bytes());
        }
        let _ = Mapping::parse(&text);
    }

    #[test]
    fn any_damage_to_a_workbook(at in 0usize..1500, byte in any::<u8>(), keep in 0usize..2000) {
        let mut bytes = common::workbook::of(&[&["record_id", "date_of_death", "name_ar"], &["#1", "2019", "x"]]);
        let last = bytes.len() - 1;
        bytes[at.min(last)] = byte;
        bytes.truncate(keep.max(4));
        let _ = take_from(&bytes, &Mapping::by_name("victims").unwrap(), 0);
    }

    #[test]
    fn any_bytes_that_claim_to_be_parquet(middle in prop::collection::vec(any::<u8>(), 0..200), length in 0u32..220) {
        let bytes = [b"PAR1".as_slice(), &middle, &length.to_le_bytes(), b"PAR1"].concat();
        let _ = take_from(&bytes, &Mapping::by_name("victims").unwrap(), 0);
    }
}
