//! One value of one column, the same for both databases.

/// The type of a column.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Kind {
    Text,
    Int,
    Flag,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Cell {
    Null,
    Text(String),
    Int(i64),
    Flag(bool),
}

impl Cell {
    pub fn into_text(self) -> Option<String> {
        match self {
            Self::Text(text) => Some(text),
            _ => None,
        }
    }

    pub fn into_int(self) -> Option<i64> {
        match self {
            Self::Int(n) => Some(n),
            _ => None,
        }
    }

    pub fn into_flag(self) -> Option<bool> {
        match self {
            Self::Flag(yes) => Some(yes),
            _ => None,
        }
    }

    pub fn into_u64(self) -> Option<u64> {
        match self {
            Self::Int(n) => u64::try_from(n).ok(),
            _ => None,
        }
    }

    /// A number that no column can hold is kept as the largest that one can; the body keeps the number itself. To
    /// refuse it would stop the projection of a journal that cannot be changed.
    pub fn count(n: u64) -> Self {
        Self::Int(i64::try_from(n).unwrap_or(i64::MAX))
    }

    /// Text of a source. PostgreSQL stores no U+0000, so a column shows U+FFFD in its place; the body keeps it.
    pub fn words(text: &str) -> Self {
        if text.contains('\0') { Self::Text(text.replace('\0', "\u{FFFD}")) } else { Self::Text(text.to_owned()) }
    }

    /// Text without two readings: no cell is written like another, nor like two others side by side.
    pub fn write_canonical(&self, out: &mut Vec<u8>) {
        match self {
            Self::Null => out.extend_from_slice(b"-"),
            Self::Text(text) => {
                out.extend_from_slice(text.len().to_string().as_bytes());
                out.push(b':');
                out.extend_from_slice(text.as_bytes());
            }
            Self::Int(n) => out.extend_from_slice(format!("i{n}").as_bytes()),
            Self::Flag(yes) => out.extend_from_slice(if *yes { b"true" } else { b"false" }),
        }
        out.push(b' ');
    }
}

impl From<&str> for Cell {
    fn from(text: &str) -> Self {
        Self::Text(text.to_owned())
    }
}
impl From<String> for Cell {
    fn from(text: String) -> Self {
        Self::Text(text)
    }
}
impl From<i64> for Cell {
    fn from(n: i64) -> Self {
        Self::Int(n)
    }
}
impl From<bool> for Cell {
    fn from(yes: bool) -> Self {
        Self::Flag(yes)
    }
}
impl<T: Into<Cell>> From<Option<T>> for Cell {
    fn from(value: Option<T>) -> Self {
        value.map_or(Self::Null, Into::into)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn two_different_rows_are_never_written_alike() {
        let written = |cells: &[Cell]| {
            let mut out = Vec::new();
            cells.iter().for_each(|cell| cell.write_canonical(&mut out));
            out
        };
        assert_ne!(written(&["a".into(), "b".into()]), written(&["a 1:b".into()]));
        assert_ne!(written(&[Cell::Null]), written(&["".into()]));
        assert_ne!(written(&[Cell::Null]), written(&["-".into()]));
        assert_ne!(written(&[true.into()]), written(&["true".into()]));
        assert_ne!(written(&[1i64.into()]), written(&["i1".into()]));
    }
}
