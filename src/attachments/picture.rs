//! From an upload to a picture that every provider takes: upright, without a word about where it was made, and not too large.

use app::wire::{Code, Error};
use image::{
    DynamicImage, ImageDecoder, ImageEncoder, ImageFormat, ImageReader, Limits,
    codecs::{jpeg::JpegEncoder, png::PngEncoder},
    imageops::FilterType,
    metadata::Orientation,
};
use sha2::{Digest, Sha256};
use std::io::Cursor;

/// Pixels that a side has at most when it is stored. Models look at no more (OpenAI's and Anthropic's pages on vision,
/// November 2026). The page has the same number.
const SIDE: u32 = 2048;

/// What is read: a side in pixels, and all of it in memory.
const LONGEST_SIDE: u32 = 20_000;
const MEMORY: u64 = 192 * 1024 * 1024;

/// A PNG that becomes larger is stored as JPEG: some providers refuse 5 MB.
const LARGEST_PNG: usize = 2 * 1024 * 1024;
const JPEG_QUALITY: u8 = 90;

/// A picture as it is stored.
pub struct Picture {
    /// See [`app::wire::Attachment`].
    pub name: String,
    pub bytes: Vec<u8>,
}

/// Reads PNG, JPEG, WebP or GIF, whatever it was said to be. Of an animation the first picture.
pub fn read(upload: &[u8]) -> Result<Picture, Error> {
    let (picture, lossless) = decode(upload)?;
    let picture = match picture.width().max(picture.height()) {
        ..=SIDE => picture,
        _ => picture.resize(SIDE, SIDE, FilterType::CatmullRom),
    };
    let png = if lossless { Some(png(&picture)?).filter(|png| png.len() <= LARGEST_PNG) } else { None };
    let (bytes, ending) = match png {
        Some(png) => (png, "png"),
        None => (jpeg(&picture)?, "jpg"),
    };
    let hash: String = Sha256::digest(&bytes).iter().map(|byte| format!("{byte:02x}")).collect();
    Ok(Picture { name: format!("{hash}-{}x{}.{ending}", picture.width(), picture.height()), bytes })
}

/// What an upload shows, upright, and whether it is to stay without loss: what came so, and what one can look through.
fn decode(upload: &[u8]) -> Result<(DynamicImage, bool), Error> {
    let mut reader = ImageReader::new(Cursor::new(upload)).with_guessed_format().map_err(|_| unreadable())?;
    let lossless = match reader.format() {
        Some(ImageFormat::Png | ImageFormat::Gif) => true,
        Some(ImageFormat::Jpeg | ImageFormat::WebP) => false,
        _ => return Err(unreadable()),
    };
    let mut limits = Limits::default();
    limits.max_image_width = Some(LONGEST_SIDE);
    limits.max_image_height = Some(LONGEST_SIDE);
    limits.max_alloc = Some(MEMORY);
    reader.limits(limits.clone());
    let mut decoder = reader.into_decoder().map_err(|error| wrong(&error))?;
    // As it will be held at most: four bytes a pixel.
    let (width, height) = decoder.dimensions();
    if u64::from(width) * u64::from(height) * 4 > MEMORY {
        return Err(too_large());
    }
    decoder.set_limits(limits).map_err(|error| wrong(&error))?;
    let orientation = decoder.orientation().unwrap_or(Orientation::NoTransforms);
    let mut picture = DynamicImage::from_decoder(decoder).map_err(|error| wrong(&error))?;
    picture.apply_orientation(orientation);
    let see_through = picture.color().has_alpha() && picture.to_rgba8().pixels().any(|pixel| pixel.0[3] < u8::MAX);
    let picture = if see_through { picture.into_rgba8().into() } else { picture.into_rgb8().into() };
    Ok((picture, lossless || see_through))
}

fn png(picture: &DynamicImage) -> Result<Vec<u8>, Error> {
    let mut bytes = Vec::new();
    picture.write_with_encoder(PngEncoder::new(&mut bytes)).map_err(|error| wrong(&error))?;
    Ok(bytes)
}

/// On white, where one could look through.
fn jpeg(picture: &DynamicImage) -> Result<Vec<u8>, Error> {
    let opaque = match picture {
        DynamicImage::ImageRgba8(pixels) => {
            let mut white = image::RgbaImage::from_pixel(pixels.width(), pixels.height(), [u8::MAX; 4].into());
            image::imageops::overlay(&mut white, pixels, 0, 0);
            DynamicImage::ImageRgba8(white).into_rgb8()
        }
        other => other.to_rgb8(),
    };
    let (width, height) = opaque.dimensions();
    let mut bytes = Vec::new();
    JpegEncoder::new_with_quality(&mut bytes, JPEG_QUALITY)
        .write_image(opaque.as_raw(), width, height, image::ExtendedColorType::Rgb8)
        .map_err(|error| wrong(&error))?;
    Ok(bytes)
}

fn wrong(error: &image::ImageError) -> Error {
    match error {
        image::ImageError::Limits(_) => too_large(),
        _ => unreadable(),
    }
}

pub fn unreadable() -> Error {
    Error::new(Code::Invalid, "this is no image that can be read").hint("use PNG, JPEG, WebP or GIF")
}

fn too_large() -> Error {
    Error::new(Code::TooLarge, "the image has too many pixels").hint("make it smaller than 50 megapixels")
}

#[cfg(test)]
mod tests {
    use super::*;
    use image::{ExtendedColorType, Rgb, RgbImage, Rgba, RgbaImage};

    fn written(picture: impl Into<DynamicImage>, format: ImageFormat) -> Vec<u8> {
        let mut bytes = Cursor::new(Vec::new());
        picture.into().write_to(&mut bytes, format).unwrap();
        bytes.into_inner()
    }

    fn plain(width: u32, height: u32) -> RgbImage {
        RgbImage::from_fn(width, height, |x, y| Rgb([x as u8, y as u8, 7]))
    }

    /// Of every pixel another colour than of its neighbours: nothing that PNG could make smaller.
    fn noise(width: u32, height: u32) -> RgbaImage {
        let mut random = fastrand::Rng::with_seed(7);
        RgbaImage::from_fn(width, height, |_, _| Rgba([random.u8(..), random.u8(..), random.u8(..), 128]))
    }

    fn decoded(picture: &Picture) -> DynamicImage {
        image::load_from_memory(&picture.bytes).unwrap()
    }

    fn ending(picture: &Picture) -> &str {
        picture.name.rsplit('.').next().unwrap()
    }

    #[test]
    fn a_screenshot_stays_as_sharp_as_it_was() {
        for format in [ImageFormat::Png, ImageFormat::Gif] {
            let picture = read(&written(plain(40, 30), format)).unwrap();
            assert_eq!(ending(&picture), "png");
            if format == ImageFormat::Png {
                assert_eq!(decoded(&picture).into_rgb8(), plain(40, 30));
            }
        }
        let glass = RgbaImage::from_pixel(4, 4, Rgba([1, 2, 3, 100]));
        assert_eq!(decoded(&read(&written(glass.clone(), ImageFormat::Png)).unwrap()).into_rgba8(), glass);
        assert_eq!(ending(&read(&written(plain(40, 30), ImageFormat::WebP)).unwrap()), "jpg");
    }

    #[test]
    fn what_is_large_becomes_smaller() {
        let picture = read(&written(plain(3000, 1000), ImageFormat::Jpeg)).unwrap();
        let small = decoded(&picture);
        assert_eq!((small.width(), small.height()), (2048, 683));
        let picture = read(&written(noise(1200, 900), ImageFormat::Png)).unwrap();
        assert_eq!(ending(&picture), "jpg", "a PNG of this size is more than providers take");
        let pixel =
            decoded(&picture).into_rgb8().pixels().map(|pixel| u64::from(pixel.0[0])).sum::<u64>() / (1200 * 900);
        assert!(pixel > 150, "what one could look through lies on white: {pixel}");
    }

    /// The shortest block of EXIF that says how the camera was held, and where.
    fn exif(orientation: u8) -> Vec<u8> {
        let mut exif = b"MM\0*\0\0\0\x08\0\x01\x01\x12\0\x03\0\0\0\x01\0".to_vec();
        exif.extend([orientation, 0, 0, 0, 0, 0, 0]);
        exif.extend(b"GPS 47.1 N");
        exif
    }

    #[test]
    fn a_photograph_stands_upright_and_says_nothing_of_its_place() {
        let mut turned = Vec::new();
        let mut encoder = JpegEncoder::new(&mut turned);
        encoder.set_exif_metadata(exif(6)).unwrap();
        let pixels = RgbImage::from_fn(40, 20, |x, _| if x < 20 { Rgb([255, 0, 0]) } else { Rgb([0, 0, 255]) });
        encoder.write_image(pixels.as_raw(), 40, 20, ExtendedColorType::Rgb8).unwrap();
        assert!(turned.windows(3).any(|window| window == b"GPS"));
        let picture = read(&turned).unwrap();
        assert!(!picture.bytes.windows(3).any(|window| window == b"GPS"));
        let upright = decoded(&picture).into_rgb8();
        assert_eq!(upright.dimensions(), (20, 40));
        assert!(upright.get_pixel(10, 2)[0] > 200 && upright.get_pixel(10, 37)[2] > 200);
    }

    #[test]
    fn a_bomb_is_refused_before_it_is_read() {
        // A PNG of 20 000 × 20 000 pixels is a few hundred bytes of nothing.
        let mut bomb = written(plain(1, 1), ImageFormat::Png);
        for (place, side) in [(16, 20_000_u32), (20, 20_000)] {
            bomb[place..place + 4].copy_from_slice(&side.to_be_bytes());
        }
        let crc = crc(&bomb[12..29]);
        bomb[29..33].copy_from_slice(&crc.to_be_bytes());
        assert_eq!(read(&bomb).err().map(|error| error.code), Some(Code::TooLarge));
        bomb[16..20].copy_from_slice(&u32::MAX.to_be_bytes());
        assert!(read(&bomb).is_err());
    }

    /// As PNG checks its chunks.
    fn crc(bytes: &[u8]) -> u32 {
        !bytes.iter().fold(u32::MAX, |crc, byte| {
            (0..8).fold(crc ^ u32::from(*byte), |crc, _| (crc >> 1) ^ (0xedb8_8320 * (crc & 1)))
        })
    }

    proptest::proptest! {
        #[test]
        fn no_bytes_break_the_reader(mut bytes in proptest::collection::vec(proptest::num::u8::ANY, 0..400), cut in 0..600_usize) {
            for start in [&b"\x89PNG\r\n\x1a\n"[..], b"\xff\xd8\xff", b"GIF89a", b"RIFF\0\0\0\0WEBPVP8 "] {
                let hostile: Vec<_> = start.iter().chain(&bytes).copied().collect();
                proptest::prop_assert!(read(&hostile).is_err() || hostile.len() > 20);
            }
            // A picture with a few of its bytes changed.
            let mut broken = written(plain(20, 20), ImageFormat::Jpeg);
            bytes.truncate(4);
            let at = cut % broken.len();
            let end = (at + bytes.len()).min(broken.len());
            broken[at..end].copy_from_slice(&bytes[..end - at]);
            let _ = read(&broken);
        }
    }
}
