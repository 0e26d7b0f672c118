//! Frames of a video through Debian's ffmpeg, confined: it may open the video and its own libraries, and nothing else; no
//! network, no new file. Without ffmpeg a video is kept with what its container says, and the lack is said.

use std::ffi::OsStr;
use std::path::{Path, PathBuf};
use std::process::{ExitCode, Stdio};

use domain::media::MediaHash;
use media::FrameReader;

use super::again::again;
use super::confine::Ceiling;
use super::tool::become_tool;

/// Frames a second, the side to which they are scaled, and how many at most: an hour.
const EVERY_MS: u64 = 1000;
const SIDE: u32 = 256;
const MOST_FRAMES: u64 = 3600;
const MEMORY_BYTES: u64 = 4 << 30;
const CPU_SECONDS: u64 = 900;

/// What became of a video's frames.
pub enum Frames {
    Hashed { hashes: Vec<MediaHash>, remark: Option<String> },
    NotInstalled,
    Failed(String),
}

fn installed() -> Option<&'static str> {
    ["/usr/bin/ffmpeg", "/usr/local/bin/ffmpeg"].into_iter().find(|path| Path::new(path).is_file())
}

/// The demuxer of a type: ffmpeg is not left to guess, since some of its formats open other files.
fn demuxer(media_type: &str) -> Option<&'static str> {
    Some(match media_type {
        "video/mp4" | "video/quicktime" | "video/3gpp" => "mov",
        "video/webm" | "video/x-matroska" => "matroska",
        "video/x-msvideo" => "avi",
        "video/mpeg" => "mpeg",
        "video/mp2t" => "mpegts",
        "video/x-flv" => "flv",
        "video/x-ms-asf" => "asf",
        _ => return None,
    })
}

/// One frame a second, hashed. `go_on` is asked at each frame.
pub fn frames(path: &Path, media_type: &str, go_on: &mut dyn FnMut(u64) -> bool) -> Frames {
    let Some(demuxer) = demuxer(media_type) else {
        return Frames::Failed(format!("{media_type} is not a kind of video whose frames are read"));
    };
    if installed().is_none() {
        return Frames::NotInstalled;
    }
    let path = match path.canonicalize() {
        Ok(path) => path,
        Err(error) => return Frames::Failed(format!("{}: {error}", path.display())),
    };
    let started = again(super::FFMPEG).and_then(|mut command| {
        command.arg(demuxer).arg(&path);
        command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn()
    });
    let mut child = match started {
        Ok(child) => child,
        Err(error) => return Frames::Failed(format!("ffmpeg could not be started: {error}")),
    };
    let (Some(stdout), Some(stderr)) = (child.stdout.take(), child.stderr.take()) else {
        return Frames::Failed("ffmpeg gave no pipe".into());
    };
    let words = std::thread::spawn(move || {
        let mut words = Vec::new();
        let _ = std::io::Read::read_to_end(&mut std::io::Read::take(stderr, 8192), &mut words);
        String::from_utf8_lossy(&words).into_owned()
    });
    let mut stopped = false;
    let read =
        FrameReader::new(std::io::BufReader::new(stdout), SIDE, SIDE, EVERY_MS, MOST_FRAMES).hashes(&mut |nth| {
            stopped |= !go_on(nth);
            !stopped
        });
    if stopped || read.is_err() {
        let _ = child.kill();
    }
    let status = child.wait();
    let words = words.join().unwrap_or_default();
    let last = words.lines().rev().find(|line| !line.trim().is_empty()).unwrap_or("").to_owned();
    match (read, status) {
        _ if stopped => Frames::Failed("it was interrupted".into()),
        (Err(error), _) => Frames::Failed(format!("its frames could not be read: {error}")),
        (Ok((_, 0)), _) => Frames::Failed(format!("ffmpeg read no frame of it ({last})")),
        (Ok((hashes, frames)), status) => {
            let cut = frames == MOST_FRAMES;
            let failed = !status.is_ok_and(|s| s.success());
            let remark = match (cut, failed) {
                (true, _) => Some(format!("only its first {MOST_FRAMES} s were hashed")),
                (_, true) => Some(format!("ffmpeg stopped after {frames} frames ({last})")),
                _ => None,
            };
            Frames::Hashed { hashes, remark }
        }
    }
}

/// In the child: confines itself, then is ffmpeg. Returns only when that failed.
pub fn become_ffmpeg(arguments: &[PathBuf]) -> ExitCode {
    let (Some(ffmpeg), [demuxer, video]) = (installed(), arguments) else {
        eprintln!("{} is for the program itself; nothing was done", super::FFMPEG);
        return ExitCode::from(2);
    };
    let scale = format!("fps=1000/{EVERY_MS},scale={SIDE}:{SIDE}:flags=area");
    let most = MOST_FRAMES.to_string();
    let mut all: Vec<&OsStr> =
        ["-nostdin", "-v", "error", "-threads", "1", "-protocol_whitelist", "file,pipe", "-f"].map(OsStr::new).into();
    all.extend([demuxer.as_os_str(), OsStr::new("-i"), video.as_os_str()]);
    all.extend(["-an", "-sn", "-dn", "-vf", &scale, "-frames:v", &most].map(OsStr::new));
    all.extend(["-pix_fmt", "rgb24", "-f", "rawvideo", "pipe:1"].map(OsStr::new));
    let ceiling = Ceiling { memory_bytes: MEMORY_BYTES, cpu_seconds: CPU_SECONDS };
    become_tool(Path::new(ffmpeg), &[video], ceiling, &all)
}
