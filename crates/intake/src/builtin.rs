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
    "statements"
    "sources"
    "trust-sets"
};
