//! Received bytes are taken apart in a child process that can do nothing but compute.
//!
//! The program runs itself again as `tawthiq __parse`, hands the bytes over by a pipe and reads answers from another. The
//! child has no environment, opens no file, no socket and no process (Landlock and seccomp), and is held to memory,
//! processor time, output and silence. What it answers is checked again here, since a parser that was taken over may
//! answer anything. Units: bytes, seconds.

mod again;
mod child;
mod confine;
mod credentials;
mod ffmpeg;
mod parent;
mod tool;
mod wire;
mod within;

pub use child::{RunAs, run_as};
pub use credentials::credentials;
pub use ffmpeg::{Frames, frames};
pub use parent::{Feed, Limits, Sandboxed, answer, read_file, rows, texts};
pub use wire::{Answer, Looked, LookedAtMedia, MappingText, Task};
pub use within::{Bounds, within};

/// The hidden subcommand.
pub const PARSE: &str = "__parse";
/// The hidden subcommand that confines itself and then becomes ffmpeg.
pub const FFMPEG: &str = "__ffmpeg";
/// The hidden subcommand that confines itself and then becomes the reader of content credentials.
pub const CREDENTIALS: &str = "__credentials";
/// The hidden first argument of a command that runs again, confined to the files that it was given.
pub const WITHIN: &str = "__within";
