//! The store by itself, in a folder of the test's own.
use std::fs;
use std::io::Cursor;
use std::path::Path;
use std::time::{Duration, SystemTime};

use bytes::Bytes;
use chrono::DateTime;
use futures_util::{StreamExt, stream};
use image::{DynamicImage, ImageFormat, RgbImage};
use tempfile::TempDir;
use tokio::io::AsyncReadExt;

use super::clamd::Unscanned;
use super::kinds::MediaTypes;
use super::{FileError, FileSettings, FileStore, Part, Received};
use crate::domain::Clock;
use crate::domain::ids::FileId;

const LIMIT: u64 = 1024 * 1024;

fn store(folder: &TempDir) -> FileStore {
    let allowed = MediaTypes::parse("image/*, text/*").expect("a list");
    let folder = folder.path().join("files");
    let (avatar_limit, unscanned) = (LIMIT, Unscanned::Refused);
    FileStore::new(FileSettings { folder, limit: LIMIT, avatar_limit, allowed, clamd: None, unscanned })
}

/// Takes bytes in, in parts of 1000.
async fn receive(store: &FileStore, name: &str, bytes: &[u8]) -> Result<Received, FileError> {
    let parts: Vec<_> = bytes.chunks(1000).map(|part| Ok::<_, FileError>(Bytes::copy_from_slice(part))).collect();
    store.receive((&FileId::fresh(&Clock::system()), name), stream::iter(parts)).await
}

/// Every file below a folder.
fn files_below(folder: &Path) -> Vec<String> {
    let Ok(entries) = fs::read_dir(folder) else { return Vec::new() };
    let below = |entry: fs::DirEntry| match entry.path() {
        folder if folder.is_dir() => files_below(&folder),
        file => vec![file.file_name().expect("a name").to_string_lossy().into_owned()],
    };
    entries.flat_map(|entry| below(entry.expect("an entry"))).collect()
}

async fn read(store: &FileStore, filename: &str, part: Part) -> Vec<u8> {
    let mut bytes = Vec::new();
    store.open(filename, part).await.expect("it is there").read_to_end(&mut bytes).await.expect("it can be read");
    bytes
}

fn png(width: u32, height: u32) -> Vec<u8> {
    let mut bytes = Cursor::new(Vec::new());
    let image = RgbImage::from_fn(width, height, |x, y| image::Rgb([(x % 256) as u8, (y % 256) as u8, 128]));
    DynamicImage::ImageRgb8(image).write_to(&mut bytes, ImageFormat::Png).expect("a PNG can be written");
    bytes.into_inner()
}

#[tokio::test]
async fn what_comes_in_is_kept_and_described() {
    let folder = TempDir::new().expect("a folder");
    let store = store(&folder);

    let text = receive(&store, "Notes.txt", b"hello").await.expect("taken");
    let picture = receive(&store, "Photo.PNG", &png(1300, 650)).await.expect("taken");

    assert_eq!(read(&store, &text.filename, Part::Whole).await, b"hello");
    assert!(text.filename.starts_with("fil_") && text.filename.ends_with(".txt"), "{}", text.filename);
    let hash = "2cf24dba5fb0a30e26e83b2ac5b9e29e1b161e5c1fa7425e73043362938b9824";
    assert_eq!((text.contents.sha256.as_deref(), text.contents.size), (Some(hash), 5));
    let known = picture.contents.picture.expect("a picture");
    let small = known.thumbnail.expect("it is large");
    assert_eq!((known.width, known.height, small.width, small.height), (1300, 650, 640, 320));
    assert_eq!((small.mime_type.as_str(), known.blurhash.map(|hash| hash.len())), ("image/jpeg", Some(28)));
    let thumbnail = read(&store, &picture.filename, Part::Thumbnail).await;
    assert_eq!(i64::try_from(thumbnail.len()), Ok(small.size));

    store.remove(&picture.filename).await.expect("removed");
    store.remove(&text.filename).await.expect("removed");
    assert_eq!(files_below(folder.path()), Vec::<String>::new());
}

#[tokio::test]
async fn nothing_stays_of_what_is_refused() {
    let folder = TempDir::new().expect("a folder");
    let store = store(&folder);
    let large = vec![b'x'; usize::try_from(LIMIT).expect("small") + 1];
    let broken = stream::iter([Ok(Bytes::from_static(b"half")), Err("the line is cut")]);
    let id = FileId::fresh(&Clock::system());

    let too_large = receive(&store, "a.txt", &large).await.expect_err("too large");
    let program = receive(&store, "a.png", b"MZ\x90\0\x03\0\0\0").await.expect_err("a program");
    let cut_off = store.receive((&id, "a.txt"), broken).await.expect_err("cut off");

    assert_eq!(too_large.to_string(), "is larger than the 1 MiB that are allowed");
    assert!(matches!(program, FileError::NotAllowed(kind) if kind.ends_with("portable-executable")));
    assert!(matches!(cut_off, FileError::BrokenOff(why) if why == "the line is cut"));
    assert_eq!(receive(&store, "a.txt", &large[1..]).await.expect("just fits").contents.size, 1024 * 1024);
    assert_eq!(files_below(folder.path()).len(), 1);
}

#[tokio::test]
async fn a_picture_that_unfolds_to_gigabytes_is_a_file_like_any_other() {
    let folder = TempDir::new().expect("a folder");
    let store = store(&folder);
    let huge = receive(&store, "bomb.png", &bomb()).await.expect("taken").contents.picture.expect("a picture");
    let broken = receive(&store, "broken.png", &png(700, 700)[..400]).await.expect("taken");

    assert_eq!((huge.width, huge.height, huge.thumbnail, huge.blurhash), (65_535, 65_535, None, None));
    assert_eq!((broken.contents.mime_type.as_str(), broken.contents.picture), ("image/png", None));
}

/// A few bytes that say they are four billion pixels.
fn bomb() -> Vec<u8> {
    let mut bomb = png(1, 1);
    // The header's width and height; its checksum is that of the new ones.
    bomb[16..24].copy_from_slice(&[0, 0, 0xff, 0xff, 0, 0, 0xff, 0xff]);
    let sum = crc(&bomb[12..29]);
    bomb[29..33].copy_from_slice(&sum.to_be_bytes());
    bomb
}

/// The checksum of PNG's chunks (ISO 3309).
fn crc(bytes: &[u8]) -> u32 {
    let step = |sum: u32, _: u32| if sum & 1 == 1 { 0xedb8_8320 ^ (sum >> 1) } else { sum >> 1 };
    !bytes.iter().fold(!0, |sum, byte| (0..8).fold(sum ^ u32::from(*byte), step))
}

#[tokio::test]
async fn leftovers_are_swept_and_what_is_written_is_not() {
    let folder = TempDir::new().expect("a folder");
    let store = store(&folder);
    store.prepare().expect("a folder can be made");
    let incoming = folder.path().join("files/incoming");
    fs::write(incoming.join("left-by-a-dead-process"), b"half").expect("writable");
    let id = FileId::fresh(&Clock::system());
    let (send, parts) = tokio::sync::mpsc::channel::<Result<Bytes, &str>>(1);
    let parts = stream::unfold(parts, async |mut parts| Some((parts.recv().await?, parts)));
    let (filling, sweeping) = (store.clone(), store.clone());

    let (received, ()) = tokio::join!(filling.receive((&id, "a.txt"), parts.boxed()), async move {
        send.send(Ok(Bytes::from_static(b"first "))).await.expect("it is read");
        send.send(Ok(Bytes::from_static(b"second"))).await.expect("it is read");
        assert_eq!(sweeping.sweep_temporary().await.expect("swept"), 1);
    });

    let received = received.expect("it was not swept away");
    assert_eq!(read(&store, &received.filename, Part::Whole).await, b"first second");
    let now = DateTime::from(SystemTime::UNIX_EPOCH + Duration::from_secs(32_503_680_000));
    let mut old = Vec::new();
    for shelf in store.shelves().await.expect("listed") {
        old.extend(store.stored_before(shelf, now).await.expect("listed"));
    }
    assert_eq!(old, [received.filename]);
}

#[tokio::test]
async fn names_that_are_not_the_store_s_own_open_nothing() {
    let folder = TempDir::new().expect("a folder");
    let store = store(&folder);
    for name in ["", "x", "../../etc/passwd", "fil_01jqxv3c8f0000000000000001/../x", "fil_01jqxv3c8f000000000000000é"]
    {
        assert!(store.open(name, Part::Whole).await.is_err(), "{name}");
        assert!(store.remove(name).await.is_err(), "{name}");
    }
}

/// Takes a picture of somebody in; the picture that is kept of it, and its bytes.
async fn worn(store: &FileStore, bytes: &[u8]) -> Result<(DynamicImage, Vec<u8>), FileError> {
    let parts: Vec<_> = bytes.chunks(1000).map(|part| Ok::<_, FileError>(Bytes::copy_from_slice(part))).collect();
    let avatar = store.receive_avatar(&FileId::fresh(&Clock::system()), stream::iter(parts)).await?;
    let kept = read(store, avatar.as_str(), Part::Whole).await;
    Ok((image::load_from_memory(&kept).expect("a picture"), kept))
}

/// The picture as a camera leaves it: held on its side, with the place where it was taken (Exif 2.3, section 4.5).
fn photo(image: &DynamicImage) -> Vec<u8> {
    let mut bytes = Cursor::new(Vec::new());
    image.write_to(&mut bytes, ImageFormat::Jpeg).expect("a JPEG can be written");
    let bytes = bytes.into_inner();
    let turned = [0x12, 0x01, 3, 0, 1, 0, 0, 0, 6, 0, 0, 0];
    let exif = [&b"Exif\0\0II*\0\x08\0\0\0\x01\0"[..], &turned, &[0; 4], b"47.3769N 8.5417E"].concat();
    let length = u16::try_from(exif.len() + 2).expect("short").to_be_bytes();
    [&bytes[..2], &[0xff, 0xe1], &length, &exif, &bytes[2..]].concat()
}

#[tokio::test]
async fn of_a_picture_of_somebody_a_small_square_is_kept_and_nothing_else() {
    let folder = TempDir::new().expect("a folder");
    let store = store(&folder);
    // Red in the left third, else blue: turned to the right, red is above.
    let image =
        RgbImage::from_fn(1200, 900, |x, _| if x < 400 { image::Rgb([250, 0, 0]) } else { image::Rgb([0, 0, 250]) });
    let photo = photo(&DynamicImage::ImageRgb8(image));

    let (kept, bytes) = worn(&store, &photo).await.expect("taken");
    let (small, _) = worn(&store, &png(40, 30)).await.expect("taken");

    let kept = kept.to_rgb8();
    assert_eq!(kept.dimensions(), (512, 512));
    let (above, below) = (kept.get_pixel(256, 20), kept.get_pixel(256, 490));
    assert!(above[0] > 200 && above[2] < 50 && below[0] < 50 && below[2] > 200, "{above:?} {below:?}");
    let place = |bytes: &[u8]| bytes.windows(7).any(|seven| seven == b"47.3769");
    assert!(place(&photo) && !place(&bytes) && !bytes.windows(4).any(|four| four == b"Exif"));
    assert_eq!((small.width(), small.height()), (30, 30));
}

#[tokio::test]
async fn a_picture_of_somebody_that_unfolds_to_gigabytes_is_refused() {
    let folder = TempDir::new().expect("a folder");
    let store = store(&folder);

    let bomb = worn(&store, &bomb()).await.expect_err("a bomb");
    let broken = worn(&store, &png(700, 700)[..400]).await.expect_err("broken");
    let text = worn(&store, b"hello").await.expect_err("a text");

    assert_eq!(bomb.to_string(), "has more than the 50 million pixels that are allowed");
    assert_eq!(broken.to_string(), "cannot be opened as a picture");
    assert!(matches!(text, FileError::NotAllowed(kind) if kind == "text/plain"));
    assert_eq!(files_below(folder.path()), Vec::<String>::new());
}
