//! The mappings that the program carries: the files of `mappings/`, unchanged.

macro_rules! mappings {
    ($($name:literal)*) => { &[$(($name, include_str!(concat!("../../../mappings/", $name, ".toml")))),*] };
}

pub(crate) const MAPPINGS: &[(&str, &str)] = mappings! {
    "published-figures"
    "ucdp-ged"
    "vdc"
    "syrian-archive-violations"
    "syrian-archive-incidents"
    "bayanat-json"
    "bayanat-incidents-json"
    "bayanat-bulletins-json"
    "bayanat-csv"
    "victims"
    "notices"
    "cod-ab-0"
    "cod-ab-1"
    "cod-ab-2"
    "cod-ab-3"
    "open-syria-governorates"
    "open-syria-districts"
    "open-syria-subdistricts"
    "feed"
    "json-feed"
    "statements"
    "sources"
    "trust-sets"
};
