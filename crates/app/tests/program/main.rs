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
mod media;
mod notices;
mod outsiders;
mod places;
mod policy;
mod proving;
mod reading;
mod releasing;
mod reports;
mod reviewing;
mod support;
mod verifying;
mod withdrawing;
mod withdrawn_everywhere;
