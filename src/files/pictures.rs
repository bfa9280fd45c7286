//! Looking at pictures: their size, a smaller copy, a blurred impression. Slow and hungry, so for threads of its own.
use std::fs;
use std::io::{Cursor, Write};
use std::path::Path;

use image::{DynamicImage, ImageDecoder, ImageError, ImageFormat, ImageReader, Limits};

use super::thumbnail_beside;
use crate::domain::files::{Picture, Thumbnail};

/// A picture with more pixels is not opened: a few kilobytes can unfold to gigabytes.
const MOST_PIXELS: u64 = 50_000_000;
/// The most memory that opening one may take.
const MOST_MEMORY: u64 = 256 * 1024 * 1024;
/// The longer side of a thumbnail, in pixels.
const THUMBNAIL: u32 = 640;
/// A blurred impression needs no more to begin with.
const BLURRED: u32 = 64;

/// What there is to tell of the picture in the file; its thumbnail, if it needs one, is stored beside it.
pub fn look(path: &Path) -> Result<Picture, ImageError> {
    let mut decoder = ImageReader::open(path)?.with_guessed_format()?.into_decoder()?;
    let (width, height) = decoder.dimensions();
    if u64::from(width) * u64::from(height) > MOST_PIXELS {
        return Ok(Picture { width: width.into(), height: height.into(), blurhash: None, thumbnail: None });
    }
    let mut limits = Limits::no_limits();
    limits.max_alloc = Some(MOST_MEMORY);
    decoder.set_limits(limits)?;
    let orientation = decoder.orientation()?;
    let mut image = DynamicImage::from_decoder(decoder)?;
    image.apply_orientation(orientation);
    let (width, height) = (image.width(), image.height());
    let small = if width.max(height) > THUMBNAIL { Some(image.thumbnail(THUMBNAIL, THUMBNAIL)) } else { None };
    let blurhash = blurred(small.as_ref().unwrap_or(&image));
    let thumbnail = small.map(|small| store(&small, &thumbnail_beside(path))).transpose()?;
    Ok(Picture { width: width.into(), height: height.into(), blurhash, thumbnail })
}

fn blurred(image: &DynamicImage) -> Option<String> {
    let tiny = image.thumbnail(BLURRED, BLURRED).to_rgba8();
    let (across, down) = if tiny.width() >= tiny.height() { (4, 3) } else { (3, 4) };
    blurhash::encode(across, down, tiny.width(), tiny.height(), tiny.as_raw()).ok()
}

fn store(image: &DynamicImage, path: &Path) -> Result<Thumbnail, ImageError> {
    let mut bytes = Cursor::new(Vec::new());
    let mime_type = if image.color().has_alpha() {
        image.to_rgba8().write_to(&mut bytes, ImageFormat::Png)?;
        "image/png"
    } else {
        image.to_rgb8().write_to(&mut bytes, ImageFormat::Jpeg)?;
        "image/jpeg"
    };
    let bytes = bytes.into_inner();
    let mut file = fs::File::create(path)?;
    file.write_all(&bytes)?;
    file.sync_all()?;
    let size = i64::try_from(bytes.len()).unwrap_or(i64::MAX);
    Ok(Thumbnail { mime_type: mime_type.to_owned(), size, width: image.width().into(), height: image.height().into() })
}
