//! What a picture is and how large, by its first bytes: `im-v1/image/create` lists the formats.

/// For messages.
pub const FORMATS: &str = "JPEG, PNG, WEBP, GIF, BMP, ICO, TIFF, HEIC";

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Format {
    Jpeg,
    Png,
    Webp,
    Gif,
    Bmp,
    Ico,
    Tiff,
    Heic,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Picture {
    pub format: Format,
    /// Width and height, where the head says them plainly.
    pub size: Option<(u32, u32)>,
}

/// Nothing when it is no picture of these formats.
pub fn recognise(bytes: &[u8]) -> Option<Picture> {
    let head = Head(bytes);
    let picture = |format, size| Some(Picture { format, size });
    if head.is_at(0, b"\x89PNG\r\n\x1a\n") {
        return picture(Format::Png, head.big(16, 4).zip(head.big(20, 4)));
    }
    if head.is_at(0, b"GIF87a") || head.is_at(0, b"GIF89a") {
        return picture(Format::Gif, head.little(6, 2).zip(head.little(8, 2)));
    }
    if head.is_at(0, b"\xff\xd8\xff") {
        return picture(Format::Jpeg, head.frame());
    }
    if head.is_at(0, b"BM") && bytes.len() > 26 {
        // A negative height means that the rows come from above.
        let height = head.little(22, 4).map(|h| i32::from_le_bytes(h.to_le_bytes()).unsigned_abs());
        return picture(Format::Bmp, head.little(18, 4).zip(height));
    }
    if head.is_at(0, b"RIFF") && head.is_at(8, b"WEBP") {
        return picture(Format::Webp, head.webp());
    }
    if head.is_at(0, b"\0\0\x01\0") {
        let side = |at| head.little(at, 1).map(|side| if side == 0 { 256 } else { side });
        return picture(Format::Ico, side(6).zip(side(7)));
    }
    if head.is_at(0, b"II*\0") || head.is_at(0, b"MM\0*") {
        return picture(Format::Tiff, None);
    }
    let heic = [&b"heic"[..], b"heix", b"hevc", b"mif1", b"msf1"].iter().any(|brand| head.is_at(8, brand));
    if head.is_at(4, b"ftyp") && heic { picture(Format::Heic, None) } else { None }
}

#[derive(Debug, Clone, Copy)]
struct Head<'b>(&'b [u8]);

impl Head<'_> {
    fn is_at(self, at: usize, what: &[u8]) -> bool {
        self.0.get(at..at + what.len()) == Some(what)
    }

    fn big(self, at: usize, count: usize) -> Option<u32> {
        let bytes = self.0.get(at..at.checked_add(count)?)?;
        Some(bytes.iter().fold(0, |all, byte| all << 8 | u32::from(*byte)))
    }

    fn little(self, at: usize, count: usize) -> Option<u32> {
        let bytes = self.0.get(at..at.checked_add(count)?)?;
        Some(bytes.iter().rev().fold(0, |all, byte| all << 8 | u32::from(*byte)))
    }

    /// The size of a JPEG stands in its first frame header; what comes before is skipped by its length.
    fn frame(self) -> Option<(u32, u32)> {
        let mut at = 2;
        loop {
            let marker = self.big(at, 2)?;
            let frame = matches!(marker, 0xffc0..=0xffcf) && !matches!(marker, 0xffc4 | 0xffc8 | 0xffcc);
            if frame {
                return self.big(at + 7, 2).zip(self.big(at + 5, 2));
            }
            if marker >> 8 != 0xff {
                return None;
            }
            // Fill bytes and markers without a length take no room beyond their own.
            at += if marker == 0xffff { 1 } else { 2 + usize::try_from(self.big(at + 2, 2)?).ok()?.max(2) };
        }
    }

    fn webp(self) -> Option<(u32, u32)> {
        if self.is_at(12, b"VP8 ") {
            return self.little(26, 2).map(|w| w & 0x3fff).zip(self.little(28, 2).map(|h| h & 0x3fff));
        }
        if self.is_at(12, b"VP8L") {
            return self.little(21, 4).map(|bits| ((bits & 0x3fff) + 1, (bits >> 14 & 0x3fff) + 1));
        }
        let wide = self.is_at(12, b"VP8X");
        if wide { self.little(24, 3).zip(self.little(27, 3)).map(|(w, h)| (w + 1, h + 1)) } else { None }
    }
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
        for (bytes, format, size) in [
            (png, Format::Png, Some((4097, 7))),
            (b"GIF89a\xd1\x07\x02\x00".to_vec(), Format::Gif, Some((2001, 2))),
            (jpeg, Format::Jpeg, Some((256, 5))),
            (bmp, Format::Bmp, Some((258, 1))),
            (webp, Format::Webp, Some((4096, 2))),
            (b"\0\0\x01\0\x01\0\0\x10".to_vec(), Format::Ico, Some((256, 16))),
            (b"II*\0".to_vec(), Format::Tiff, None),
            (b"\0\0\0\x18ftypheic".to_vec(), Format::Heic, None),
        ] {
            assert_eq!(recognise(&bytes), Some(Picture { format, size }));
        }
        for no in [&b"hello"[..], b"", b"%PDF-1.7", b"RIFF0000WAVE", b"<svg/>"] {
            assert_eq!(recognise(no), None);
        }
    }

    proptest! {
        #[test]
        fn no_bytes_are_too_odd(head in 0..6_usize, rest in prop::collection::vec(any::<u8>(), 0..64)) {
            let heads: [&[u8]; 6] = [b"", b"\xff\xd8\xff", b"RIFF\0\0\0\0WEBPVP8L", b"\xff\xd8\xff\xff", b"BM", b"GIF89a"];
            let _ = recognise(&[heads[head], &rest].concat());
        }
    }
}
