//! Pictures: looked at before they are kept, and made smaller for the pages.

use std::io::Cursor;

use fast_image_resize::images::Image as Sized;
use fast_image_resize::{PixelType, ResizeOptions, Resizer};
use image::codecs::jpeg::JpegEncoder;
use image::{DynamicImage, ExtendedColorType, ImageDecoder, ImageReader, Limits};
use store::{Error, Result};

/// Widths in pixels that pages ask for.
pub const WIDTHS: [u32; 3] = [480, 960, 1600];
/// A picture with more is refused before it is unpacked.
pub const PIXELS_MAX: u64 = 50_000_000;
const WEBP_QUALITY: f32 = 78.0;
const JPEG_QUALITY: u8 = 84;

/// What a picture's head says of it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Picture {
    pub width: u32,
    pub height: u32,
    pub media_type: &'static str,
}

/// Reads a picture's head; refuses what is no JPEG, PNG or WebP, or too large.
pub fn inspect(bytes: &[u8]) -> Result<Picture> {
    let reader = ImageReader::new(Cursor::new(bytes))
        .with_guessed_format()
        .map_err(|_| no_picture())?;
    let media_type = reader
        .format()
        .map(|f| f.to_mime_type())
        .ok_or_else(no_picture)?;
    let (width, height) = reader.into_dimensions().map_err(|_| no_picture())?;
    if u64::from(width) * u64::from(height) > PIXELS_MAX {
        return Err(too_many_pixels());
    }
    Ok(Picture {
        width,
        height,
        media_type,
    })
}

/// How a picture is packed for whoever asks for it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Packing {
    WebP,
    /// For portals, many of which know nothing newer.
    Jpeg,
}

/// The picture no wider than `width`, upright and without its metadata.
pub fn variant(bytes: &[u8], width: u32, packing: Packing) -> Result<Vec<u8>> {
    inspect(bytes)?;
    let picture = decode(bytes)?.to_rgb8();
    let (from_w, from_h) = picture.dimensions();
    let to_w = width.min(from_w).max(1);
    let to_h = (u64::from(from_h) * u64::from(to_w) / u64::from(from_w.max(1))).max(1) as u32;
    let source = Sized::from_vec_u8(from_w, from_h, picture.into_raw(), PixelType::U8x3)
        .map_err(|e| Error::broken(e.to_string()))?;
    let mut target = Sized::new(to_w, to_h, PixelType::U8x3);
    Resizer::new()
        .resize(&source, &mut target, &ResizeOptions::new())
        .map_err(|e| Error::broken(e.to_string()))?;
    if packing == Packing::Jpeg {
        let mut packed = Vec::new();
        JpegEncoder::new_with_quality(&mut packed, JPEG_QUALITY)
            .encode(target.buffer(), to_w, to_h, ExtendedColorType::Rgb8)
            .map_err(|e| Error::broken(e.to_string()))?;
        return Ok(packed);
    }
    Ok(webp::Encoder::from_rgb(target.buffer(), to_w, to_h)
        .encode(WEBP_QUALITY)
        .to_vec())
}

fn decode(bytes: &[u8]) -> Result<DynamicImage> {
    let mut reader = ImageReader::new(Cursor::new(bytes))
        .with_guessed_format()
        .map_err(|_| no_picture())?;
    let mut limits = Limits::default();
    limits.max_alloc = Some(PIXELS_MAX * 4);
    reader.limits(limits);
    let mut decoder = reader.into_decoder().map_err(|_| no_picture())?;
    let upright = decoder.orientation().map_err(|_| no_picture())?;
    let mut picture = DynamicImage::from_decoder(decoder).map_err(|_| no_picture())?;
    picture.apply_orientation(upright);
    Ok(picture)
}

fn no_picture() -> Error {
    Error::refused(
        "no_picture",
        [
            "Ce fichier n’est pas une image JPEG, PNG ou WebP lisible",
            "Dit bestand is geen leesbare JPEG-, PNG- of WebP-afbeelding",
            "This file is not a readable JPEG, PNG or WebP picture",
            "Diese Datei ist kein lesbares JPEG-, PNG- oder WebP-Bild",
        ],
    )
}

fn too_many_pixels() -> Error {
    Error::refused(
        "too_many_pixels",
        [
            "L’image dépasse 50 mégapixels",
            "De afbeelding heeft meer dan 50 megapixels",
            "The picture has more than 50 megapixels",
            "Das Bild hat mehr als 50 Megapixel",
        ],
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_variant_keeps_the_proportions_and_never_grows() {
        let mut png = Vec::new();
        let picture = DynamicImage::new_rgb8(1200, 800);
        picture
            .write_to(&mut Cursor::new(&mut png), image::ImageFormat::Png)
            .unwrap();
        let small = inspect(&variant(&png, 480, Packing::WebP).unwrap()).unwrap();
        assert_eq!(
            (small.width, small.height, small.media_type),
            (480, 320, "image/webp")
        );
        let packed = inspect(&variant(&png, 480, Packing::Jpeg).unwrap()).unwrap();
        assert_eq!((packed.width, packed.media_type), (480, "image/jpeg"));
        let large = inspect(&variant(&png, 1600, Packing::WebP).unwrap()).unwrap();
        assert_eq!(large.width, 1200);
        assert_eq!(inspect(b"GIF? no").unwrap_err().code(), "no_picture");
    }
}
