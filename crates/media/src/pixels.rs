//! Pictures to pixels and back. The claimed size is checked before any pixel is given room.

use std::io::Cursor;

use image::codecs::jpeg::JpegEncoder;
use image::metadata::Orientation;
use image::{DynamicImage, ExtendedColorType, ImageDecoder, ImageEncoder, ImageFormat, ImageReader, RgbImage};

use crate::{Kind, MediaError, kind};

/// Pixels of three bytes (red, green, blue), row by row.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Picture {
    pub rgb: Vec<u8>,
    pub width: u32,
    pub height: u32,
}

/// What may be decoded.
#[derive(Debug, Clone, Copy)]
pub struct PixelLimits {
    pub pixels: u64,
    pub bytes: u64,
}

impl Default for PixelLimits {
    /// 128 million pixels, more than the telephones of 2026 take without being told to, and 1 GiB.
    fn default() -> Self {
        Self { pixels: 128_000_000, bytes: 1 << 30 }
    }
}

fn format(bytes: &[u8]) -> Result<(ImageFormat, &'static str), MediaError> {
    let kind = kind(bytes);
    let format = match kind {
        Some(Kind::Photo("image/jpeg")) => ImageFormat::Jpeg,
        Some(Kind::Photo("image/png")) => ImageFormat::Png,
        Some(Kind::Photo("image/gif")) => ImageFormat::Gif,
        Some(Kind::Photo("image/webp")) => ImageFormat::WebP,
        Some(Kind::Photo("image/tiff")) => ImageFormat::Tiff,
        Some(Kind::Photo("image/bmp")) => ImageFormat::Bmp,
        _ => return Err(MediaError::NotAPicture(kind.map_or("what was given", Kind::media_type).to_owned())),
    };
    Ok((format, kind.map_or("", Kind::media_type)))
}

/// The pixels as they are stored, and how the file says that they are to be turned to be looked at.
///
/// # Errors
/// When the header claims more than the limits, or the data is damaged; of a damaged picture nothing is kept.
pub fn decode(bytes: &[u8], limits: PixelLimits) -> Result<(Picture, Orientation), MediaError> {
    let (format, media_type) = format(bytes)?;
    let undecodable = |reason: image::ImageError| MediaError::Undecodable {
        media_type: media_type.into(),
        reason: reason.to_string(),
    };
    let mut reader = ImageReader::with_format(Cursor::new(bytes), format);
    let mut allowed = image::Limits::default();
    allowed.max_alloc = Some(limits.bytes);
    reader.limits(allowed);
    let mut decoder = reader.into_decoder().map_err(undecodable)?;
    let (width, height) = decoder.dimensions();
    if u64::from(width) * u64::from(height) > limits.pixels {
        return Err(MediaError::TooManyPixels { width, height, limit: limits.pixels });
    }
    let orientation = decoder.orientation().unwrap_or(Orientation::NoTransforms);
    let decoded = DynamicImage::from_decoder(decoder).map_err(undecodable)?;
    Ok((Picture::from_image(decoded.into_rgb8()), orientation))
}

impl Picture {
    fn from_image(image: RgbImage) -> Self {
        let (width, height) = image.dimensions();
        Self { rgb: image.into_raw(), width, height }
    }
}

/// A copy to look at: turned upright, no side longer than `longest` where that is said, and encoded anew as JPEG from the
/// pixels alone, so that no metadata, comment or trailing byte of the original can be in it.
///
/// # Errors
/// When the pixels do not make the picture that its sides claim.
pub fn working_copy(
    picture: Picture,
    orientation: Orientation,
    longest: Option<u32>,
) -> Result<(Vec<u8>, u32, u32), MediaError> {
    let failed = |reason: String| MediaError::Undecodable { media_type: "image/jpeg".into(), reason };
    let image = RgbImage::from_raw(picture.width, picture.height, picture.rgb);
    let mut image = DynamicImage::ImageRgb8(image.ok_or_else(|| failed("its pixels are missing".into()))?);
    if let Some(longest) = longest.filter(|longest| image.width().max(image.height()) > *longest) {
        image = image.thumbnail(longest, longest);
    }
    image.apply_orientation(orientation);
    let (width, height) = (image.width(), image.height());
    let mut bytes = Vec::new();
    JpegEncoder::new_with_quality(&mut bytes, 88)
        .write_image(image.to_rgb8().as_raw(), width, height, ExtendedColorType::Rgb8)
        .map_err(|e| failed(e.to_string()))?;
    Ok((bytes, width, height))
}
