//! casebase
