//! Forms with files (`multipart/form-data`, RFC 7578).
use std::io::Cursor;

use bytes::Bytes;
use futures_util::stream::BoxStream;
use futures_util::{Stream, StreamExt, stream};
use image::{DynamicImage, ImageFormat, RgbImage};
use reqwest::Body;

const BOUNDARY: &str = "----a-line-that-is-in-no-file";

/// A form in the making, in the order of the calls.
#[derive(Default)]
pub struct Form {
    parts: Vec<(String, BoxStream<'static, Bytes>)>,
}

impl Form {
    pub fn text(self, name: &str, text: &str) -> Self {
        self.part(&format!("name=\"{name}\""), one(text.to_owned()))
    }

    pub fn file(self, name: &str, bytes: impl Into<Vec<u8>>) -> Self {
        self.part(&format!("name=\"files\"; filename=\"{name}\""), one(bytes.into()))
    }

    /// A file that is made while it is sent.
    pub fn stream(self, name: &str, bytes: impl Stream<Item = Bytes> + Send + 'static) -> Self {
        self.part(&format!("name=\"files\"; filename=\"{name}\""), bytes.boxed())
    }

    fn part(mut self, what: &str, body: BoxStream<'static, Bytes>) -> Self {
        self.parts.push((format!("--{BOUNDARY}\r\nContent-Disposition: form-data; {what}\r\n\r\n"), body));
        self
    }

    /// The header and the body.
    pub fn finish(self) -> (String, Body) {
        let parts = self.parts.into_iter().map(|(head, body)| one(head).chain(body).chain(one("\r\n")).boxed());
        let body = stream::iter(parts).flatten().chain(one(format!("--{BOUNDARY}--\r\n")));
        let body = Body::wrap_stream(body.map(Ok::<_, std::io::Error>));
        (format!("multipart/form-data; boundary={BOUNDARY}"), body)
    }
}

fn one(bytes: impl Into<Bytes>) -> BoxStream<'static, Bytes> {
    let bytes = bytes.into();
    stream::once(async move { bytes }).boxed()
}

/// A picture of this size.
pub fn png(width: u32, height: u32) -> Vec<u8> {
    let mut bytes = Cursor::new(Vec::new());
    let image = RgbImage::from_fn(width, height, |x, y| image::Rgb([(x % 251) as u8, (y % 241) as u8, 99]));
    DynamicImage::ImageRgb8(image).write_to(&mut bytes, ImageFormat::Png).expect("a PNG can be written");
    bytes.into_inner()
}
