//! The picture at the top of mails.
use std::fmt;
use std::io::Cursor;

use image::{ImageFormat, ImageReader};

/// The most bytes it may have: it goes with every mail.
const LARGEST: usize = 200 * 1024;
/// How large it is shown at most, in pixels.
const BOX: (u32, u32) = (240, 48);

/// A picture that mail programs show: PNG or JPEG. Many show no SVG, and Outlook no WebP.
#[derive(Clone, PartialEq, Eq)]
pub struct Logo {
    pub bytes: Vec<u8>,
    pub mime_type: &'static str,
    /// As it is shown, in pixels.
    pub width: u32,
    pub height: u32,
}

impl fmt::Debug for Logo {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} of {} bytes", self.mime_type, self.bytes.len())
    }
}

impl Logo {
    /// A logo of a file's bytes; otherwise what is wrong with them, as the end of a sentence.
    pub fn of(bytes: Vec<u8>) -> Result<Self, String> {
        if bytes.len() > LARGEST {
            return Err(format!("has {} KiB, and would go with every mail", bytes.len() / 1024));
        }
        let reader = ImageReader::new(Cursor::new(&bytes)).with_guessed_format();
        let reader = reader.map_err(|cause| format!("cannot be read: {cause}"))?;
        let mime_type = match reader.format() {
            Some(ImageFormat::Png) => "image/png",
            Some(ImageFormat::Jpeg) => "image/jpeg",
            Some(_) | None => return Err("is no picture that every mail program shows".to_owned()),
        };
        let size = reader.into_dimensions().map_err(|cause| format!("is no whole picture: {cause}"))?;
        let (width, height) = fitted(size);
        Ok(Self { bytes, mime_type, width, height })
    }
}

/// As large as the box allows, and never larger than it is.
fn fitted((width, height): (u32, u32)) -> (u32, u32) {
    let (width, height) = (width.max(1), height.max(1));
    let scale = (f64::from(BOX.0) / f64::from(width)).min(f64::from(BOX.1) / f64::from(height)).min(1.0);
    let scaled = |side: u32| (f64::from(side) * scale).round().max(1.0) as u32;
    (scaled(width), scaled(height))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_picture_keeps_its_shape_within_the_box() {
        assert_eq!(fitted((100, 40)), (100, 40));
        assert_eq!(fitted((480, 96)), (240, 48));
        assert_eq!(fitted((1000, 100)), (240, 24));
        assert_eq!(fitted((512, 512)), (48, 48));
        assert_eq!(fitted((100_000, 1)), (240, 1));
    }

    #[test]
    fn only_what_mail_programs_show_is_taken() {
        for (bytes, wrong) in [
            (b"<svg xmlns='http://www.w3.org/2000/svg'/>".to_vec(), "no picture"),
            (b"\x89PNG\r\n\x1a\n".to_vec(), "no whole picture"),
            (vec![0; LARGEST + 1], "every mail"),
        ] {
            let fault = Logo::of(bytes).expect_err("it is no logo");
            assert!(fault.contains(wrong), "{fault}");
        }
    }
}
