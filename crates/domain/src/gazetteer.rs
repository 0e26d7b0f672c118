//! A place as an imported gazetteer gives it, with its boundary where the gazetteer has one.

use serde::{Deserialize, Serialize};

use crate::{AccessionId, Place, SourceId};

/// One row of a gazetteer or boundary file.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct GazetteerEntry {
    pub source: SourceId,
    pub accession: AccessionId,
    pub row: u64,
    pub place: Place,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub boundary: Option<Boundary>,
    /// Every original column but the boundary's, in the file's order.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub original: Vec<(String, String)>,
}

/// Polygons, each an outer ring and its holes; rings of longitude and latitude in degrees (RFC 7946, section 3.1.7).
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Boundary(pub Vec<Vec<Vec<[f64; 2]>>>);

impl Boundary {
    /// Refuses what RFC 7946 does not call a polygon: no ring, a ring of fewer than four positions, one that is not
    /// closed, a position that is not on Earth.
    pub fn new(polygons: Vec<Vec<Vec<[f64; 2]>>>) -> Result<Self, &'static str> {
        if polygons.is_empty() || polygons.iter().any(Vec::is_empty) {
            return Err("a polygon without a ring");
        }
        for ring in polygons.iter().flatten() {
            if ring.len() < 4 {
                return Err("a ring of fewer than four positions");
            }
            if ring.first() != ring.last() {
                return Err("a ring that is not closed");
            }
            if !ring.iter().all(|[lon, lat]| (-180.0..=180.0).contains(lon) && (-90.0..=90.0).contains(lat)) {
                return Err("a position that is not on Earth");
            }
        }
        Ok(Self(polygons))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_no_polygon_is_refused() {
        let square = vec![[36.0, 35.0], [37.0, 35.0], [37.0, 36.0], [36.0, 35.0]];
        assert!(Boundary::new(vec![vec![square.clone()]]).is_ok());
        let open = square[..3].iter().copied().chain([[0.0, 0.0]]).collect();
        let far = vec![[200.0, 0.0], [1.0, 0.0], [1.0, 1.0], [200.0, 0.0]];
        for bad in [vec![], vec![vec![]], vec![vec![square[..3].to_vec()]], vec![vec![open]], vec![vec![far]]] {
            assert!(Boundary::new(bad).is_err());
        }
    }
}
