//! The child: gives everything up, reads the task and the bytes, answers, ends. It runs before anything else of the
//! program has started: one thread, no runtime, no log.

use std::ffi::OsString;
use std::io::{BufWriter, Read, Write};
use std::ops::ControlFlow;
use std::path::PathBuf;
use std::process::ExitCode;

use domain::media::{Framing, MediaHash};
use domain::{PartyTable, PlaceTable};
use intake::{IntakeError, Mapping, Packing};
use media::{Kind, MediaError, PixelLimits};

use super::again::end_with;
use super::confine::{self, Ceiling};
use super::wire::{Answer, Looked, LookedAtMedia, MappingText, Row, Task, read_frame, write_frame};

/// Rows in one frame.
const ROWS_AT_ONCE: usize = 1024;
const THUMBNAIL_SIDE: u32 = 512;
/// Videos and sounds that are longer are read through and not held.
const LARGE_BYTES: u64 = 64 << 20;

/// What the program was started as.
pub enum RunAs {
    /// With the arguments of a command, the program's name first.
    Itself(Vec<OsString>),
    Child(ExitCode),
}

/// Looks at the first argument alone.
pub fn run_as() -> RunAs {
    let mut arguments = std::env::args_os().skip(1);
    let first = arguments.next();
    let hidden = [super::PARSE, super::FFMPEG, super::CREDENTIALS, super::WITHIN];
    if hidden.iter().any(|name| first.as_deref() == Some(name.as_ref()))
        && let Err(why) = end_with(arguments.next().as_deref())
    {
        eprintln!("tawthiq: {why}; nothing was read");
        return RunAs::Child(ExitCode::from(2));
    }
    if first.as_deref() == Some(super::PARSE.as_ref()) {
        return RunAs::Child(parse(arguments.next().and_then(|a| serde_json::from_str(a.to_str()?).ok())));
    }
    if first.as_deref() == Some(super::FFMPEG.as_ref()) {
        let paths: Vec<PathBuf> = arguments.map(PathBuf::from).collect();
        return RunAs::Child(super::ffmpeg::become_ffmpeg(&paths));
    }
    if first.as_deref() == Some(super::CREDENTIALS.as_ref()) {
        let arguments: Vec<OsString> = arguments.collect();
        return RunAs::Child(super::credentials::become_reader(&arguments));
    }
    if first.as_deref() == Some(super::WITHIN.as_ref()) {
        let told = arguments.next();
        return match super::within::enter(told.as_deref().and_then(|told| told.to_str())) {
            Ok(()) => RunAs::Itself(std::env::args_os().take(1).chain(arguments).collect()),
            Err(why) => {
                eprintln!("tawthiq: {why}; nothing was read");
                RunAs::Child(ExitCode::from(2))
            }
        };
    }
    RunAs::Itself(std::env::args_os().collect())
}

fn parse(ceiling: Option<Ceiling>) -> ExitCode {
    let Some(ceiling) = ceiling else {
        eprintln!("{} is for the program itself; nothing was done", super::PARSE);
        return ExitCode::from(2);
    };
    let mut out = BufWriter::with_capacity(1 << 20, std::io::stdout().lock());
    let answered = match confine::confine(ceiling) {
        Ok(means) => write_frame(&mut out, &Answer::Confined(means)).and_then(|()| work(&mut out)),
        Err(why) => write_frame(&mut out, &Answer::Refused(format!("{why}; nothing was parsed"))),
    };
    match answered.and_then(|()| out.flush()) {
        Ok(()) => ExitCode::SUCCESS,
        Err(_) => ExitCode::from(1),
    }
}

fn work(out: &mut impl Write) -> std::io::Result<()> {
    let mut input = std::io::stdin().lock();
    let head = read_frame(&mut input)?.unwrap_or_default();
    let (task, size): (Task, u64) = match serde_json::from_slice(&head) {
        Ok(asked) => asked,
        Err(error) => return write_frame(out, &Answer::Refused(format!("the task cannot be read: {error}"))),
    };
    if let (Task::Look { is_table: false, .. }, true) = (&task, size > LARGE_BYTES) {
        let mut head = vec![0; 4096];
        input.read_exact(&mut head)?;
        match media::kind(&head) {
            Some(kind @ (Kind::Video(_) | Kind::Audio(_))) => {
                return write_frame(out, &Answer::Looked(look_at_large(kind, &head, &mut input)?));
            }
            _ => return all(out, task, &mut head.as_slice().chain(input), size),
        }
    }
    all(out, task, &mut input, size)
}

/// A video or sound that is not held whole.
fn look_at_large(kind: Kind, head: &[u8], rest: &mut dyn Read) -> std::io::Result<Looked> {
    let media::Thinned { bytes, cut } = media::thinned(kind, &mut head.chain(rest))?;
    let mut looked = look_at_media(kind, &bytes);
    if cut {
        looked.metadata.remark("its container says more than 64 MiB; the rest was not read");
    }
    Ok(Looked::Media(Box::new(looked)))
}

/// Does a task with all of the bytes in memory.
fn all(out: &mut impl Write, task: Task, input: &mut dyn Read, size: u64) -> std::io::Result<()> {
    let mut bytes = Vec::with_capacity(usize::try_from(size).unwrap_or(0));
    input.read_to_end(&mut bytes)?;
    match task {
        Task::Look { file_name, is_table } => write_frame(out, &Answer::Looked(look(&file_name, is_table, &bytes))),
        Task::Copy { longest } => write_frame(out, &copy(&bytes, longest)),
        Task::Texts => texts(out, &bytes),
        Task::Outreach => write_frame(out, &read_as(&bytes, release::Settings::parse, |s| Answer::Outreach(s.into()))),
        Task::Boundaries => write_frame(out, &read_as(&bytes, release::Boundaries::read, Answer::Boundaries)),
        Task::Probe => write_frame(out, &Answer::Probed(probe())),
        Task::Rows { file_name, mapping, accession, source, places } => {
            let mapping = match mapping {
                MappingText::BuiltIn(name) => Mapping::by_name(&name).ok_or(format!("no mapping {name:?} is built in")),
                MappingText::Own(text) => Mapping::parse(&text).map_err(|e| e.to_string()),
            };
            let parties = PartyTable::syria();
            let places = match places.is_empty() {
                true => PlaceTable::syria(),
                false => PlaceTable::syria().extended(places),
            };
            let context = intake::Context { places: &places, parties: &parties, accession, source };
            match mapping {
                Ok(mapping) => rows(out, &file_name, &bytes, &mapping, &context),
                Err(why) => write_frame(out, &Answer::Refused(why)),
            }
        }
    }
}

/// What a reader of text makes of the bytes, or why it makes nothing of them.
fn read_as<T, E: ToString>(bytes: &[u8], read: fn(&str) -> Result<T, E>, say: fn(T) -> Answer) -> Answer {
    match std::str::from_utf8(bytes).map_err(|_| "it is not text in UTF-8".to_owned()) {
        Ok(text) => read(text).map_or_else(|why| Answer::Refused(why.to_string()), say),
        Err(why) => Answer::Refused(why),
    }
}

fn texts(out: &mut impl Write, bytes: &[u8]) -> std::io::Result<()> {
    let mut written = Ok(());
    let mut hand_over =
        |text: &str| match pieces(text).try_for_each(|piece| write_frame(out, &Answer::Text(piece.into()))) {
            Ok(()) => ControlFlow::Continue(()),
            Err(error) => {
                written = Err(error);
                ControlFlow::Break(())
            }
        };
    let read = match intake::packing(bytes) {
        Packing::Archive => media::members(bytes, media::ArchiveLimits::default(), &mut |member| {
            hand_over(&intake::decode(member).text)
        })
        .map_err(|why| why.to_string())
        // Of a workbook the rows as well: its texts are kept apart from the cells that they stand in.
        .map(|()| drop(intake::cells(bytes, &mut hand_over))),
        _ => intake::cells(bytes, &mut hand_over),
    };
    written?;
    read.or_else(|why| write_frame(out, &Answer::Refused(why)))
}

/// A text in pieces that overlap, so that what stands across an end is whole in the next.
fn pieces(text: &str) -> impl Iterator<Item = &str> {
    const LONGEST: usize = 4 << 20;
    const OVERLAP: usize = 4 << 10;
    let mut rest = Some(text);
    std::iter::from_fn(move || {
        let text = rest.take()?;
        let end = text.floor_char_boundary(LONGEST);
        if end < text.len() {
            rest = Some(&text[text.floor_char_boundary(end - OVERLAP)..]);
        }
        Some(&text[..end])
    })
}

fn rows(
    out: &mut impl Write,
    file_name: &str,
    bytes: &[u8],
    mapping: &Mapping,
    context: &intake::Context<'_>,
) -> std::io::Result<()> {
    let mut batch = Vec::with_capacity(ROWS_AT_ONCE);
    let mut written = Ok(());
    let read = intake::read(file_name, bytes, mapping, context, 0, &mut |row, outcome| {
        batch.extend(Row::of(outcome).map(|outcome| (row, outcome)));
        if batch.len() < ROWS_AT_ONCE {
            return ControlFlow::Continue(());
        }
        written = write_frame(out, &Answer::Rows(std::mem::take(&mut batch)));
        if written.is_err() { ControlFlow::Break(()) } else { ControlFlow::Continue(()) }
    });
    written?;
    write_frame(out, &Answer::Rows(batch))?;
    write_frame(
        out,
        &match read {
            Ok(report) => Answer::Read { rows: report.rows, encoding: report.encoding, warnings: report.warnings },
            Err(error) => Answer::Refused(error.to_string()),
        },
    )
}

/// What the bytes are; an archive or a workbook is surveyed before anything reads it.
fn look(file_name: &str, is_table: bool, bytes: &[u8]) -> Looked {
    if let Some(kind) = media::kind(bytes).filter(|_| !is_table) {
        return Looked::Media(Box::new(look_at_media(kind, bytes)));
    }
    let media_type = intake::media_type(bytes).to_owned();
    let mut remarks = Vec::new();
    if bytes.starts_with(b"PK") {
        match media::survey(bytes, media::ArchiveLimits::default()) {
            Ok(survey) if survey.formulas > 0 => remarks.push(format!(
                "{} cells hold formulas; the values that the file kept were read, and none was computed",
                survey.formulas
            )),
            Ok(_) => {}
            Err(error) => return Looked::Hostile { reason: error.to_string(), media_type },
        }
    }
    if is_table {
        return Looked::Table { mapping: None, media_type, remarks };
    }
    match intake::detect(file_name, bytes) {
        Ok(found) => Looked::Table { mapping: Some(found.mapping.to_owned()), media_type, remarks },
        Err(error @ IntakeError::Empty { .. }) => Looked::Unknown(error.to_string()),
        Err(error) => Looked::Unknown(error.to_string()),
    }
}

fn look_at_media(kind: Kind, bytes: &[u8]) -> LookedAtMedia {
    let mut looked = LookedAtMedia {
        media_type: kind.media_type().to_owned(),
        metadata: media::metadata(bytes),
        hashes: Vec::new(),
        turned: Vec::new(),
        thumbnail: None,
    };
    match kind {
        Kind::Photo(_) => {
            if let Err(why) = look_at_picture(bytes, &mut looked) {
                looked.metadata.remarks.push(why.to_string());
            }
        }
        Kind::Drawing | Kind::Page => {
            match media::look_at_markup(bytes, kind == Kind::Drawing) {
                Ok(told) => looked.metadata.remarks.extend(told),
                Err(why) => looked.metadata.remarks.push(why.to_string()),
            }
            looked.metadata.remarks.push("it is kept as received and is never rendered".into());
        }
        Kind::OtherPicture(name) => looked.metadata.remarks.push(format!("{name} is kept and not decoded here")),
        Kind::Video(_) | Kind::Audio(_) => {}
    }
    looked
}

fn look_at_picture(bytes: &[u8], looked: &mut LookedAtMedia) -> Result<(), MediaError> {
    let (picture, orientation) = media::decode(bytes, PixelLimits::default())?;
    (looked.metadata.width, looked.metadata.height) = (Some(picture.width), Some(picture.height));
    let inside = media::inside_border(&picture);
    for (framing, picture) in [(Framing::Whole, Some(&picture)), (Framing::InsideBorder, inside.as_ref())] {
        let found = picture.and_then(|p| media::spectrum(&p.rgb, p.width as usize, p.height as usize));
        let Some(found) = found else { continue };
        let hash = |hash| MediaHash { at_ms: 0, framing, hash, quality: found.quality };
        looked.hashes.push(hash(found.hash()));
        looked.turned.extend(found.dihedral().into_iter().skip(1).map(|(_, turned)| hash(turned)));
    }
    let (jpeg, width, height) = media::working_copy(picture, orientation, Some(THUMBNAIL_SIDE))?;
    looked.thumbnail = Some((hex(&jpeg), width, height));
    Ok(())
}

fn copy(bytes: &[u8], longest: Option<u32>) -> Answer {
    let copied = media::decode(bytes, PixelLimits::default())
        .and_then(|(picture, orientation)| media::working_copy(picture, orientation, longest));
    match copied {
        Ok((jpeg, width, height)) => Answer::Copied(hex(&jpeg), width, height),
        Err(why) => Answer::Refused(format!("no copy was made: {why}")),
    }
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

/// Whether each forbidden thing was possible.
fn probe() -> Vec<(String, bool)> {
    let told = |what: &str, worked: bool| (what.to_owned(), worked);
    vec![
        told("open /etc/passwd", std::fs::read("/etc/passwd").is_ok()),
        told("list /", std::fs::read_dir("/").is_ok()),
        told("make a file", std::fs::write("/tmp/tawthiq-probe", b"x").is_ok()),
        told("make a socket", std::net::UdpSocket::bind("127.0.0.1:0").is_ok()),
        told("connect", std::net::TcpStream::connect("127.0.0.1:9").is_ok_or_refused()),
        told("start a program", std::process::Command::new("/bin/true").status().is_ok()),
        told("start a thread", std::thread::Builder::new().spawn(|| {}).is_ok()),
        told("see the environment", std::env::vars_os().any(|(name, _)| name == "PATH" || name == "HOME")),
    ]
}

/// A refused connection means that the attempt left the process.
trait OkOrRefused {
    fn is_ok_or_refused(&self) -> bool;
}

impl<T> OkOrRefused for std::io::Result<T> {
    fn is_ok_or_refused(&self) -> bool {
        match self {
            Ok(_) => true,
            Err(error) => error.kind() == std::io::ErrorKind::ConnectionRefused,
        }
    }
}
