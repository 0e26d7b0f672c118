//! Imported places: later lists are read against them, on both databases, and a rebuild keeps them.

use crate::support::Site;

const PLACES: &str = r#"{"type":"FeatureCollection","features":[{"type":"Feature","properties":{"adm1_pcode":"SY07",
"adm2_name":"Invented Quarter","adm2_name1":"حي مخترع","adm2_pcode":"SY0799","center_lat":35.5,"center_lon":36.5},
"geometry":{"type":"Polygon","coordinates":[[[36.1,35.1],[36.9,35.1],[36.9,35.9],[36.1,35.1]]]}}]}"#;

#[test]
fn a_place_that_was_imported_is_known_to_the_lists_that_come_after() {
    Site::on_both("places", |site| {
        let geo = site.write("places.geojson", PLACES.as_bytes());
        let header = "record_id,name_ar,name_en,sex,age,date_of_death,governorate,town,cause,perpetrator";
        let list =
            site.write("list.csv", format!("{header}\nX1,مختلق,,M,20,2017-07-21,ادلب,حي مخترع,,isis\n").as_bytes());
        // One command: the list is read against the places that came before it.
        let (_, err) = site.ok(&["import", "--source", "x", &geo, &list]);
        assert!(err.contains("1 rows read as cod-ab-2, 1 taken in"), "{err}");
        assert!(!err.contains("not in the table"), "{err}");
        assert_eq!((site.rows("place"), site.rows("record")), (1, 1));
        site.ok(&["link"]);
        let out = site.path("site");
        site.ok(&["publish", "--out", out.to_str().unwrap()]);
        let page = std::fs::read_to_string(out.join("ar/place/SY0799.html")).unwrap();
        assert!(page.contains("حي مخترع"), "the place has no page in Arabic");
        let before = site.status();
        site.ok(&["rebuild"]);
        assert_eq!(site.status(), before);
    });
}
