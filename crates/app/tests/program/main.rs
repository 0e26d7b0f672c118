//! The program as its users run it: the binary, real files, both databases.

mod again;
mod apart;
mod architecture;
mod claim;
mod custody;
mod erasing;
mod estimating;
mod hostile;
mod importing;
mod inputs;
mod leaving;
mod linking;
mod loopback;
mod media;
mod mirrors;
mod notices;
mod places;
mod policy;
mod proving;
mod reading;
mod releasing;
mod reports;
mod returning;
mod reviewing;
mod signed_runs;
mod stamps;
mod support;
mod verifying;
mod withdrawing;
mod withdrawn_everywhere;
mod witnesses;
#[path = "../../../intake/tests/common/workbook.rs"]
mod workbook;
