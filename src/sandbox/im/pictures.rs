//! What kind of picture some bytes are, and how large, read off their head.

/// A format that the platform takes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Picture {
    pub(super) content_type: &'static str,
    /// Nothing where the head does not say it plainly (TIFF, HEIC).
    pub(super) size: Option<(u32, u32)>,
}

/// Nothing when it is no picture that the page lists.
pub(super) fn recognise(bytes: &[u8]) -> Option<Picture> {
    let picture = |content_type, size| Some(Picture { content_type, size });
    if bytes.starts_with(b"\x89PNG\r\n\x1a\n") {
        return picture("image/png", pair(bytes, 16, be32));
    }
    if bytes.starts_with(b"GIF87a") || bytes.starts_with(b"GIF89a") {
        return picture("image/gif", pair16(bytes, 6));
    }
    if bytes.starts_with(b"\xff\xd8\xff") {
        return picture("image/jpeg", jpeg(bytes));
    }
    if bytes.starts_with(b"BM") && bytes.len() > 26 {
        return picture("image/bmp", pair(bytes, 18, le32));
    }
    if bytes.starts_with(b"RIFF") && bytes.get(8..12) == Some(b"WEBP") {
        return picture("image/webp", webp(bytes));
    }
    if bytes.starts_with(b"\0\0\x01\0") {
        let side = |at: usize| bytes.get(at).map(|b| if *b == 0 { 256 } else { u32::from(*b) });
        return picture("image/x-icon", side(6).zip(side(7)));
    }
    // Stored as JPG.
    if bytes.starts_with(b"II*\0") || bytes.starts_with(b"MM\0*") {
        return picture("image/jpeg", None);
    }
    let brand = bytes.get(8..12);
    if bytes.get(4..8) == Some(b"ftyp") && matches!(brand, Some(b"heic" | b"heix" | b"mif1" | b"msf1")) {
        return picture("image/jpeg", None);
    }
    None
}

fn be32(bytes: &[u8], at: usize) -> Option<u32> {
    bytes.get(at..at + 4).and_then(|b| b.try_into().ok()).map(u32::from_be_bytes)
}

fn le32(bytes: &[u8], at: usize) -> Option<u32> {
    bytes.get(at..at + 4).and_then(|b| b.try_into().ok()).map(u32::from_le_bytes)
}

fn le16(bytes: &[u8], at: usize) -> Option<u32> {
    bytes.get(at..at + 2).and_then(|b| b.try_into().ok()).map(|b| u32::from(u16::from_le_bytes(b)))
}

fn pair(bytes: &[u8], at: usize, read: fn(&[u8], usize) -> Option<u32>) -> Option<(u32, u32)> {
    read(bytes, at).zip(read(bytes, at + 4))
}

fn pair16(bytes: &[u8], at: usize) -> Option<(u32, u32)> {
    le16(bytes, at).zip(le16(bytes, at + 2))
}

/// The size stands in the first frame header; what comes before it is skipped by its length.
fn jpeg(bytes: &[u8]) -> Option<(u32, u32)> {
    let be16 = |at: usize| bytes.get(at..at + 2).map(|b| u32::from(b[0]) << 8 | u32::from(b[1]));
    let mut at = 2;
    loop {
        let marker = *bytes.get(at + 1)?;
        if (0xc0..=0xcf).contains(&marker) && !matches!(marker, 0xc4 | 0xc8 | 0xcc) {
            return be16(at + 7).zip(be16(at + 5));
        }
        at += 2 + usize::try_from(be16(at + 2)?).ok()?.max(2);
    }
}

fn webp(bytes: &[u8]) -> Option<(u32, u32)> {
    match bytes.get(12..16)? {
        b"VP8 " => pair16(bytes, 26).map(|(w, h)| (w & 0x3fff, h & 0x3fff)),
        b"VP8L" => le32(bytes, 21).map(|bits| ((bits & 0x3fff) + 1, (bits >> 14 & 0x3fff) + 1)),
        b"VP8X" => {
            let le24 = |at: usize| {
                bytes.get(at..at + 3).map(|b| u32::from(b[0]) | u32::from(b[1]) << 8 | u32::from(b[2]) << 16)
            };
            Some((le24(24)? + 1, le24(27)? + 1))
        }
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_picture_is_told_by_its_head_and_so_is_its_size() {
        let png = [b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR".as_slice(), &[0, 0, 16, 1, 0, 0, 0, 7]].concat();
        let gif = b"GIF89a\xd1\x07\x02\x00".to_vec();
        let jpeg = b"\xff\xd8\xff\xe0\0\x04ab\xff\xc0\0\x11\x08\x00\x05\x01\x00\x03".to_vec();
        for (bytes, kind, size) in [
            (png, "image/png", Some((4097, 7))),
            (gif, "image/gif", Some((2001, 2))),
            (jpeg, "image/jpeg", Some((256, 5))),
            (b"II*\0".to_vec(), "image/jpeg", None),
        ] {
            assert_eq!(recognise(&bytes), Some(Picture { content_type: kind, size }));
        }
        for no in [&b"hello"[..], b"", b"%PDF-1.7", b"RIFF0000WAVE"] {
            assert_eq!(recognise(no), None);
        }
        assert_eq!(recognise(b"\xff\xd8\xff").map(|p| p.size), Some(None), "cut short");
    }
}
