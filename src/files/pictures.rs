//! Looking at pictures: their size, a smaller copy, a blurred impression. Slow and hungry, so for threads of its own.
use std::fs;
use std::io::{Cursor, Write};
use std::path::Path;

use image::{DynamicImage, ImageDecoder, ImageError, ImageFormat, ImageReader, Limits};

use super::{FileError, thumbnail_beside};
use crate::domain::avatars::Encoding;
use crate::domain::files::{Picture, Thumbnail};

/// A picture with more pixels is not opened: a few kilobytes can unfold to gigabytes.
const MOST_PIXELS: u64 = 50_000_000;
/// The most memory that opening one may take.
const MOST_MEMORY: u64 = 256 * 1024 * 1024;
/// The longer side of a thumbnail, in pixels.
const THUMBNAIL: u32 = 640;
/// The side of a picture that stands for somebody, in pixels.
const SQUARE: u32 = 512;
/// A blurred impression needs no more to begin with.
const BLURRED: u32 = 64;

/// What there is to tell of the picture in the file; its thumbnail, if it needs one, is stored beside it.
pub fn look(path: &Path) -> Result<Picture, ImageError> {
    let image = match open(path)? {
        Opened::Whole(image) => image,
        Opened::TooLarge { width, height } => {
            return Ok(Picture { width: width.into(), height: height.into(), blurhash: None, thumbnail: None });
        }
    };
    let (width, height) = (image.width(), image.height());
    let small = if width.max(height) > THUMBNAIL { Some(image.thumbnail(THUMBNAIL, THUMBNAIL)) } else { None };
    let blurhash = blurred(small.as_ref().unwrap_or(&image));
    let thumbnail = small.map(|small| store(&small, &thumbnail_beside(path))).transpose()?;
    Ok(Picture { width: width.into(), height: height.into(), blurhash, thumbnail })
}

/// The middle of the picture in the file as a square, and nothing else of what is in it: neither where it was taken nor by
/// which camera. Of one that moves it is the first picture.
pub fn square(path: &Path) -> Result<(Vec<u8>, Encoding), FileError> {
    let unfit = |error: ImageError| {
        tracing::info!(%error, "a picture of a person cannot be opened");
        FileError::Unfit("cannot be opened as a picture")
    };
    let Opened::Whole(image) = open(path).map_err(unfit)? else {
        return Err(FileError::Unfit("has more than the 50 million pixels that are allowed"));
    };
    let side = image.width().min(image.height());
    let middle = image.crop_imm((image.width() - side) / 2, (image.height() - side) / 2, side, side);
    let square = if side > SQUARE { middle.thumbnail_exact(SQUARE, SQUARE) } else { middle };
    encoded(&square).map_err(unfit)
}

/// A picture that was opened, turned as its camera says.
enum Opened {
    Whole(DynamicImage),
    TooLarge { width: u32, height: u32 },
}

fn open(path: &Path) -> Result<Opened, ImageError> {
    let mut decoder = ImageReader::open(path)?.with_guessed_format()?.into_decoder()?;
    let (width, height) = decoder.dimensions();
    if u64::from(width) * u64::from(height) > MOST_PIXELS {
        return Ok(Opened::TooLarge { width, height });
    }
    let mut limits = Limits::no_limits();
    limits.max_alloc = Some(MOST_MEMORY);
    decoder.set_limits(limits)?;
    let orientation = decoder.orientation()?;
    let mut image = DynamicImage::from_decoder(decoder)?;
    image.apply_orientation(orientation);
    Ok(Opened::Whole(image))
}

fn blurred(image: &DynamicImage) -> Option<String> {
    let tiny = image.thumbnail(BLURRED, BLURRED).to_rgba8();
    let (across, down) = if tiny.width() >= tiny.height() { (4, 3) } else { (3, 4) };
    blurhash::encode(across, down, tiny.width(), tiny.height(), tiny.as_raw()).ok()
}

fn store(image: &DynamicImage, path: &Path) -> Result<Thumbnail, ImageError> {
    let (bytes, encoding) = encoded(image)?;
    let mut file = fs::File::create(path)?;
    file.write_all(&bytes)?;
    file.sync_all()?;
    let size = i64::try_from(bytes.len()).unwrap_or(i64::MAX);
    let mime_type = encoding.mime_type().to_owned();
    Ok(Thumbnail { mime_type, size, width: image.width().into(), height: image.height().into() })
}

fn encoded(image: &DynamicImage) -> Result<(Vec<u8>, Encoding), ImageError> {
    let mut bytes = Cursor::new(Vec::new());
    let encoding = if image.color().has_alpha() {
        image.to_rgba8().write_to(&mut bytes, ImageFormat::Png)?;
        Encoding::Png
    } else {
        image.to_rgb8().write_to(&mut bytes, ImageFormat::Jpeg)?;
        Encoding::Jpeg
    };
    Ok((bytes.into_inner(), encoding))
}
