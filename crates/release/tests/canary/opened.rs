//! A file taken apart: its bytes, and all that is compressed or encoded inside it.

use std::io::Read;
use std::path::Path;

use parquet::file::reader::{FileReader, SerializedFileReader};

/// What could be read before an error counts as well.
fn all_of(mut reader: impl Read) -> Vec<u8> {
    let mut out = Vec::new();
    let _ = reader.read_to_end(&mut out);
    out
}

fn zlib(part: &[u8]) -> Vec<u8> {
    all_of(flate2::read::ZlibDecoder::new(part))
}

/// A file's bytes, and everything inside it that is compressed. Panics at an archive of a kind that is not known here.
pub fn opened(name: &Path, bytes: &[u8]) -> Vec<Vec<u8>> {
    let mut found = vec![bytes.to_vec()];
    for (magic, kind) in [(&b"\x28\xB5\x2F\xFD"[..], "zstd"), (b"BZh", "bzip2"), (b"\xFD7zXZ", "xz")] {
        assert!(
            !bytes.starts_with(magic),
            "{}: {kind} is not opened here; add it before publishing it",
            name.display()
        );
    }
    if bytes.starts_with(&[0x1f, 0x8b]) {
        found.push(all_of(flate2::read::MultiGzDecoder::new(bytes)));
    }
    if bytes.starts_with(b"%PDF") {
        found.extend(pdf(bytes));
    }
    if bytes.starts_with(b"PK\x03\x04") {
        found.extend(zip(bytes));
    }
    if bytes.starts_with(b"\x89PNG") {
        found.extend(png(bytes));
    }
    if bytes.starts_with(b"PAR1") {
        found.extend(rows_of_parquet(name, bytes));
    }
    found
}

/// Streams that are not deflated (images, fonts) give nothing here and are searched as they stand.
fn pdf(bytes: &[u8]) -> Vec<Vec<u8>> {
    let streams = bytes.windows(6).enumerate().filter(|(_, w)| w == b"stream");
    let start = |at: usize| at + 6 + bytes[at + 6..].iter().take_while(|b| matches!(b, b'\r' | b'\n')).count();
    streams.map(|(at, _)| zlib(&bytes[start(at)..])).collect()
}

/// Local headers: 30 bytes, then the name and the extra field; deflated unless the method is 0.
fn zip(bytes: &[u8]) -> Vec<Vec<u8>> {
    let headers = bytes.windows(4).enumerate().filter(|(_, w)| w == b"PK\x03\x04");
    let entry = |at: usize| {
        let two =
            |offset: usize| bytes.get(at + offset..at + offset + 2).map_or(0, |b| u16::from_le_bytes([b[0], b[1]]));
        let start = at + 30 + usize::from(two(26)) + usize::from(two(28));
        all_of(flate2::read::DeflateDecoder::new(bytes.get(start..).unwrap_or_default()))
    };
    headers.map(|(at, _)| entry(at)).collect()
}

/// Every chunk that may hold text (PNG, third edition, 11.3.3 and 11.3.4), as it stands and inflated; profiles as well.
fn png(bytes: &[u8]) -> Vec<Vec<u8>> {
    let (mut found, mut at) = (Vec::new(), 8);
    while let Some(head) = bytes.get(at..at + 8) {
        let length = u32::from_be_bytes([head[0], head[1], head[2], head[3]]) as usize;
        let data = bytes.get(at + 8..at + 8 + length).expect("a PNG chunk is whole");
        if matches!(&head[4..], b"tEXt" | b"zTXt" | b"iTXt" | b"eXIf" | b"iCCP") {
            found.push(data.to_vec());
            // Where the compressed part begins differs by chunk; a wrong beginning inflates to nothing.
            found.extend((0..data.len()).map(|from| zlib(&data[from..])).filter(|out| !out.is_empty()));
        }
        at += 12 + length;
    }
    found
}

/// Every row, written out; and the names of columns and what stands beside them in the footer.
fn rows_of_parquet(name: &Path, bytes: &[u8]) -> Vec<Vec<u8>> {
    let reader = SerializedFileReader::new(bytes::Bytes::copy_from_slice(bytes));
    let reader = reader.unwrap_or_else(|e| panic!("{}: {e}", name.display()));
    let mut found = vec![format!("{:?}", reader.metadata().file_metadata()).into_bytes()];
    let rows = reader.get_row_iter(None).unwrap_or_else(|e| panic!("{}: {e}", name.display()));
    for row in rows {
        let row = row.unwrap_or_else(|e| panic!("{}: {e}", name.display()));
        found.push(row.to_string().into_bytes());
    }
    found
}

#[cfg(test)]
mod tests {
    use std::io::Write;
    use std::sync::Arc;

    use super::*;
    use crate::support::CANARY;
    use parquet::basic::Compression;
    use parquet::data_type::{ByteArray, ByteArrayType};
    use parquet::file::properties::WriterProperties;
    use parquet::file::writer::SerializedFileWriter;

    fn has(part: &[u8]) -> bool {
        part.windows(CANARY.len()).any(|w| w == CANARY.as_bytes())
    }

    fn deflated(text: &str) -> Vec<u8> {
        let mut z = flate2::write::ZlibEncoder::new(Vec::new(), flate2::Compression::best());
        z.write_all(text.as_bytes()).unwrap();
        z.finish().unwrap()
    }

    /// A picture with nothing in it but one chunk.
    fn picture(kind: &[u8; 4], data: &[u8]) -> Vec<u8> {
        let length = u32::try_from(data.len()).unwrap().to_be_bytes();
        [b"\x89PNG\r\n\x1a\n", &length[..], kind, data, &[0; 4]].concat()
    }

    fn table() -> Vec<u8> {
        let schema = parquet::schema::parser::parse_message_type("message t { required binary note (UTF8); }").unwrap();
        let properties = WriterProperties::builder().set_compression(Compression::SNAPPY).build();
        let mut bytes = Vec::new();
        let mut writer = SerializedFileWriter::new(&mut bytes, Arc::new(schema), Arc::new(properties)).unwrap();
        let mut group = writer.next_row_group().unwrap();
        let mut column = group.next_column().unwrap().unwrap();
        // Prefixes that repeat are stored once: the word stands in no stretch of the file as it is.
        let values: Vec<ByteArray> = ["kan", "kanarya", CANARY].map(ByteArray::from).into();
        column.typed::<ByteArrayType>().write_batch(&values, None, None).unwrap();
        column.close().unwrap();
        group.close().unwrap();
        writer.close().unwrap();
        bytes
    }

    #[test]
    fn the_search_itself_finds_a_canary_that_is_compressed() {
        let secret = format!("secret {CANARY}");
        let mut gz = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::best());
        gz.write_all(secret.as_bytes()).unwrap();
        let gz = gz.finish().unwrap();
        let pdf = [b"%PDF-1.7 << /Filter /FlateDecode >> stream\n", &deflated(&secret)[..], b"\nendstream"].concat();
        let packed = picture(b"zTXt", &[b"Comment\0\0", &deflated(&secret)[..]].concat());
        let spoken = picture(b"iTXt", &[b"Comment\0\x01\0ar\0\0", &deflated(&secret)[..]].concat());
        for bytes in [gz, pdf, packed, spoken] {
            assert!(!has(&bytes) && opened(Path::new("x"), &bytes).iter().any(|part| has(part)));
        }
        let plain = picture(b"tEXt", secret.as_bytes());
        for bytes in [plain, table()] {
            assert!(opened(Path::new("x"), &bytes)[1..].iter().any(|part| has(part)));
        }
    }
}
