//! Sources, real ones as they print and invented lists, and what was taken in of them.

use domain::*;

use super::CANARY;

pub(super) fn words(en: &str, ar: &str, fr: &str) -> LocalText {
    LocalText::from_pairs([("en", en), ("ar", ar), ("fr", fr)])
}
pub(super) fn source(id: &str, kind: SourceKind, acronym: Option<&str>, names: LocalText, invented: bool) -> Source {
    Source {
        id: SourceId::new(id).unwrap(),
        kind,
        names,
        acronym: acronym.map(str::to_owned),
        country: None,
        affiliations: vec!["syrian".into()],
        address: Some(format!("https://{id}.example/")),
        derives_from: vec![],
        invented,
        caution: LocalText::default(),
    }
}

pub(super) fn sources() -> Vec<Source> {
    use SourceKind::*;
    let list = |id, en, ar, fr| source(id, Organisation, None, words(en, ar, fr), true);
    let mut campaign = source(
        "sac",
        Organisation,
        None,
        words("Syria Awareness Campaign", "حملة التوعية بسوريا", "Syria Awareness Campaign"),
        false,
    );
    campaign.derives_from = vec![SourceId::new("sky").unwrap()];
    vec![
        source(
            "snhr",
            Organisation,
            Some("SNHR"),
            words(
                "Syrian Network for Human Rights",
                "الشبكة السورية لحقوق الإنسان",
                "Réseau syrien pour les droits de l’homme",
            ),
            false,
        ),
        source(
            "shrc",
            Organisation,
            Some("SHRC"),
            words(
                "Syrian Human Rights Committee",
                "اللجنة السورية لحقوق الإنسان",
                "Comité syrien des droits de l’homme",
            ),
            false,
        ),
        source(
            "sohr",
            Organisation,
            Some("SOHR"),
            words(
                "Syrian Observatory for Human Rights",
                "المرصد السوري لحقوق الإنسان",
                "Observatoire syrien des droits de l’homme",
            ),
            false,
        ),
        source("us", Government, None, words("United States", "الولايات المتحدة", "États-Unis"), false),
        source("sky", Outlet, None, words("Sky News", "سكاي نيوز", "Sky News"), false),
        campaign,
        list("list-a", "Invented list A", "القائمة المختلقة أ", "Liste inventée A"),
        list("list-b", "Invented list B", "القائمة المختلقة ب", "Liste inventée B"),
        list("list-c", "Invented list C", "القائمة المختلقة ج", "Liste inventée C"),
    ]
}

pub(super) fn accession(id: &SourceId, at: u64) -> (u64, Accession) {
    let original = Original {
        sha256: Sha256Digest::of(id.as_str().as_bytes()),
        size_bytes: 346_064,
        media_type: "text/csv".into(),
    };
    let accession = Accession {
        id: AccessionId::derive(id, &original.sha256, "example"),
        source: id.clone(),
        original,
        file_name: format!("{CANARY}.csv"),
        mapping: "example@1a2b".into(),
        received_at: 1_763_980_000,
        received_by: CANARY.into(),
        received_with: None,
        terms: Some("facts".into()),
    };
    (at, accession)
}
