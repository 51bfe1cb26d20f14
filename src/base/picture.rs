//! What a picture is and how large, by its first bytes: `im-v1/image/create` lists the formats. The only file that
//! knows imagesize.

use imagesize::{Compression, ImageType, blob_size, image_type};

/// For messages.
pub const FORMATS: &str = "JPEG, PNG, WEBP, GIF, BMP, ICO, TIFF, HEIC";

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Picture {
    /// A GIF may be less large than others.
    pub gif: bool,
    /// Width and height, where the head says them.
    pub size: Option<(u64, u64)>,
}

/// Nothing when it is no picture of these formats.
pub fn recognise(bytes: &[u8]) -> Option<Picture> {
    let format = image_type(bytes).ok()?;
    // The crate has more kinds of it than tenants take.
    if matches!(format, ImageType::Heif(compression) if compression != Compression::Hevc) {
        return None;
    }
    let size = blob_size(bytes).ok().and_then(|size| {
        let height = match format {
            // A negative height means that the rows come from above; the crate takes it for a huge one.
            ImageType::Bmp => {
                i32::from_le_bytes(u32::try_from(size.height).ok()?.to_le_bytes()).unsigned_abs().into()
            }
            _ => u64::try_from(size.height).ok()?,
        };
        Some((u64::try_from(size.width).ok()?, height))
    });
    Some(Picture { gif: format == ImageType::Gif, size })
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn formats_and_sizes_are_read_off_the_head() {
        let png = [b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR".as_slice(), &[0, 0, 16, 1, 0, 0, 0, 7]].concat();
        let jpeg = b"\xff\xd8\xff\xe0\0\x04ab\xff\xc0\0\x11\x08\x00\x05\x01\x00\x03".to_vec();
        let bmp = [b"BM".as_slice(), &[0; 16], &[2, 1, 0, 0], &[0xff, 0xff, 0xff, 0xff], &[0; 4]].concat();
        let webp = [b"RIFF\0\0\0\0WEBPVP8X".as_slice(), &[0; 8], &[0xff, 0x0f, 0, 1, 0, 0]].concat();
        for (bytes, gif, size) in [
            (png, false, Some((4097, 7))),
            (b"GIF89a\xd1\x07\x02\x00\0\0\0".to_vec(), true, Some((2001, 2))),
            (jpeg, false, Some((256, 5))),
            (bmp, false, Some((258, 1))),
            (webp, false, Some((4096, 2))),
        ] {
            assert_eq!(recognise(&bytes), Some(Picture { gif, size }), "{bytes:?}");
        }
        for no in
            [&b"hello"[..], b"", b"%PDF-1.7", b"RIFF0000WAVE", b"<svg/>", b"\0\0\0\x18ftypavif\0\0\0\0avif"]
        {
            assert_eq!(recognise(no), None, "{no:?}");
        }
    }

    proptest! {
        #[test]
        fn no_bytes_are_too_odd(head in 0..8_usize, rest in prop::collection::vec(any::<u8>(), 0..64)) {
            let heads: [&[u8]; 8] = [
                b"", b"\xff\xd8\xff", b"RIFF\0\0\0\0WEBPVP8L", b"\xff\xd8\xff\xff", b"BM", b"GIF89a", b"II*\0",
                b"\0\0\0\x18ftypheic",
            ];
            let _ = recognise(&[heads[head], &rest].concat());
        }
    }
}
