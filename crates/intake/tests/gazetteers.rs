//! Gazetteers and boundaries: invented ones, and those of the shared data when they are here.

mod common;

use common::{shared, take};
use domain::{Content, GazetteerEntry, PlaceTable};

const FEATURES: &str = r#"{"type":"FeatureCollection","name":"invented","crs":{"type":"name","properties":{"a":[1]}},"bbox":[1,2],
"features":[
{"type":"Feature","properties":{"adm1_pcode":"SY07","adm2_name":"Invented","adm2_name1":"مخترعة","adm2_pcode":"SY0799","adm2_ref_n":"Mukhtara","center_lat":35.5,"center_lon":36.5},"geometry":{"type":"Polygon","coordinates":[[[36.1,35.1,7],[36.9,35.1],[36.9,35.9],[36.1,35.1]]]}},
{"type":"Feature","properties":{"adm1_pcode":"SY07","adm2_name":"Line","adm2_name1":"خط","adm2_pcode":"SY0798"},"geometry":{"type":"LineString","coordinates":[[36.1,35.1],[36.9,35.1]]}},
{"type":"Feature","properties":{"adm1_pcode":"SY07","adm2_name":"Open","adm2_name1":"مفتوح","adm2_pcode":"SY0797"},"geometry":{"type":"Polygon","coordinates":[[[36.1,35.1],[36.9,35.1],[36.9,35.9],[36.1,35.2]]]}},
{"type":"Feature","properties":{"adm1_pcode":"SY07","adm2_name":"Nowhere","adm2_name1":"لا مكان","adm2_pcode":"SY0796"},"geometry":null},
{"type":"Feature","properties":{"adm1_pcode":"SY07","adm2_name":"Odd","adm2_name1":"غريب","adm2_pcode":"../SY"},"geometry":{"type":"Polygon","coordinates":[[[36.1,35.1],[36.9,35.1],[36.9,35.9],[36.1,35.1]]]}}
]}"#;

fn places(items: &[Content]) -> Vec<&GazetteerEntry> {
    items.iter().filter_map(|c| if let Content::Place(place) = c { Some(place) } else { None }).collect()
}

#[test]
fn a_feature_becomes_a_place_with_its_boundary_and_what_is_no_boundary_is_rejected_with_a_reason() {
    assert_eq!(intake::detect("x", FEATURES.as_bytes()).unwrap().mapping, "cod-ab-2");
    let taken = take(FEATURES.as_bytes(), "cod-ab-2");
    let [place] = places(&taken.items)[..] else { panic!("{:?}", taken.rejected) };
    assert_eq!(place.place.code.as_str(), "SY0799");
    assert_eq!(place.place.names.get("ar"), Some("مخترعة"));
    assert_eq!(place.place.aliases, ["Mukhtara"]);
    assert_eq!(place.boundary.as_ref().unwrap().0[0][0].len(), 4);
    assert!(place.original.iter().all(|(column, _)| column != "geometry"));
    let reasons: Vec<String> = taken.rejected.iter().map(|r| format!("{} {}: {}", r.row, r.column, r.reason)).collect();
    assert_eq!(reasons.len(), 4, "{reasons:?}");
    for (nth, words) in ["neither a polygon", "not closed", "no boundary", "not an identifier"].iter().enumerate() {
        assert!(reasons[nth].contains(words), "{reasons:?}");
    }
}

#[test]
fn a_file_that_is_cut_off_says_so() {
    let cut = &FEATURES[..FEATURES.find("\"adm2_name\":\"Open").unwrap()];
    let taken = take(cut.as_bytes(), "cod-ab-2");
    assert_eq!(places(&taken.items).len(), 1);
    assert!(taken.rejected.iter().any(|r| r.reason.contains("cut off")), "{:?}", taken.rejected);
}

#[test]
fn every_boundary_and_gazetteer_of_the_shared_data_comes_in_and_makes_one_tree() {
    let files = [
        ("syr_admin0_simplified.geojson", "cod-ab-0", 1),
        ("syr_admin1_simplified.geojson", "cod-ab-1", 14),
        ("syr_admin2_simplified.geojson", "cod-ab-2", 62),
        ("syr_admin3_simplified.geojson", "cod-ab-3", 272),
        ("opensyria_governorates.json", "open-syria-governorates", 14),
        ("opensyria_districts.json", "open-syria-districts", 62),
        ("opensyria_subdistricts.json", "open-syria-subdistricts", 272),
    ];
    let mut told = Vec::new();
    for (file, mapping, rows) in files {
        let Some(bytes) = shared(&format!("data/geo/{file}")) else { return };
        assert_eq!(intake::detect(file, &bytes).unwrap().mapping, mapping);
        let taken = take(&bytes, mapping);
        assert_eq!(
            (places(&taken.items).len(), taken.rejected.len()),
            (rows, 0),
            "{file}: {:?}",
            taken.rejected.first()
        );
        assert!(!file.ends_with("geojson") || places(&taken.items).iter().all(|place| place.boundary.is_some()));
        told.extend(places(&taken.items).into_iter().map(|place| place.place.clone()));
    }
    let built_in = PlaceTable::syria().iter().count();
    let table = PlaceTable::syria().extended(told);
    assert_eq!(table.iter().count(), built_in + 62 + 272);
    for place in table.iter().filter(|place| place.level > 1) {
        assert!(table.governorate(&place.code).is_some(), "{}", place.code);
    }
    // Names that Open-Syria alone has lead to OCHA's node.
    let code = |words: &[&str]| table.mention(words).code.map(|code| code.as_str().to_owned());
    assert_eq!(code(&["Aleppo", "Azaz"]).as_deref(), Some("SY0204"));
    assert_eq!(code(&["حلب", "اعزاز"]).as_deref(), Some("SY0204"));
    // A town and the sub-district around it share a name: the wider is what is known.
    assert_eq!(code(&["ادلب", "خان شيخون"]).as_deref(), Some("SY070201"));
}
