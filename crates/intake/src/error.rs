//! Why reading could not go on. What is wrong with one row is not here: that row is rejected and reading goes on.

/// A mapping file that cannot be used; nothing was read through it.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("the mapping was not loaded: {0}")]
pub struct MappingError(pub String);

/// A file that was not read at all.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum IntakeError {
    #[error("{file} is empty; nothing was imported")]
    Empty { file: String },
    #[error("{file} is compressed with {with}; nothing was imported. Unpack it first and import what is inside")]
    Compressed { file: String, with: &'static str },
    #[error(
        "no built-in mapping fits {file} (its columns: {columns}); nothing was imported. Name one with --mapping: \
         {known}, or a mapping file of your own"
    )]
    NoMapping { file: String, columns: String, known: String },
    #[error(
        "{file} has not the columns of the mapping {mapping}: {missing}; nothing was imported. Name another with --mapping"
    )]
    WrongColumns { file: String, mapping: String, missing: String },
    #[error("{file} has no sheet {sheet:?} (it has: {has}); nothing was imported")]
    NoSheet { file: String, sheet: String, has: String },
}
