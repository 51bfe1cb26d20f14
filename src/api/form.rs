//! [`Form`] → the bytes of `multipart/form-data` and their content type.

use super::request::Form;

/// The body, and what it is called.
pub(super) fn encode(form: &Form) -> (String, Vec<u8>) {
    let boundary = boundary(form);
    let mut body = Vec::with_capacity(form.bytes.len() + 512);
    for (name, text) in &form.texts {
        open(&mut body, &boundary, &format!("name=\"{}\"", quoted(name)), None);
        body.extend_from_slice(text.as_bytes());
    }
    let names = format!("name=\"{}\"; filename=\"{}\"", quoted(&form.field), quoted(&form.name));
    open(&mut body, &boundary, &names, Some("application/octet-stream"));
    body.extend_from_slice(&form.bytes);
    body.extend_from_slice(format!("\r\n--{boundary}--\r\n").as_bytes());
    (format!("multipart/form-data; boundary={boundary}"), body)
}

fn open(body: &mut Vec<u8>, boundary: &str, names: &str, kind: Option<&str>) {
    if !body.is_empty() {
        body.extend_from_slice(b"\r\n");
    }
    let kind = kind.map(|kind| format!("Content-Type: {kind}\r\n")).unwrap_or_default();
    let head = format!("--{boundary}\r\nContent-Disposition: form-data; {names}\r\n{kind}\r\n");
    body.extend_from_slice(head.as_bytes());
}

/// A line that stands in none of the parts: what is sent must not end where the file happens to say so.
fn boundary(form: &Form) -> String {
    let inside = |line: &str| {
        let line = line.as_bytes();
        let texts = form.texts.iter().any(|(_, text)| holds(text.as_bytes(), line));
        texts || holds(&form.bytes, line)
    };
    let mut number = 0_u64;
    loop {
        let line = format!("larkctl-form-{number:016x}");
        if !inside(&line) {
            return line;
        }
        number += 1;
    }
}

fn holds(text: &[u8], what: &[u8]) -> bool {
    text.windows(what.len()).any(|window| window == what)
}

/// As browsers write names: quotes and line breaks percent-encoded.
fn quoted(name: &str) -> String {
    name.replace('"', "%22").replace('\r', "%0D").replace('\n', "%0A")
}

#[cfg(test)]
mod tests {
    use bytes::Bytes;

    use super::*;

    fn form(bytes: &'static [u8]) -> Form {
        Form {
            texts: vec![("image_type".to_owned(), "avatar".to_owned())],
            field: "image".to_owned(),
            name: "a \"b\".png".to_owned(),
            bytes: Bytes::from_static(bytes),
        }
    }

    #[test]
    fn a_form_is_written_as_rfc_7578_has_it() {
        let (kind, body) = encode(&form(b"\x00\xffpng"));
        assert_eq!(kind, "multipart/form-data; boundary=larkctl-form-0000000000000000");
        let wanted: &[u8] = b"--larkctl-form-0000000000000000\r\n\
            Content-Disposition: form-data; name=\"image_type\"\r\n\r\navatar\r\n\
            --larkctl-form-0000000000000000\r\n\
            Content-Disposition: form-data; name=\"image\"; filename=\"a %22b%22.png\"\r\n\
            Content-Type: application/octet-stream\r\n\r\n\x00\xffpng\r\n\
            --larkctl-form-0000000000000000--\r\n";
        assert_eq!(body, wanted);
    }

    #[test]
    fn a_file_that_holds_the_boundary_does_not_end_early() {
        let (kind, _) = encode(&form(b"x\r\n--larkctl-form-0000000000000000--\r\n"));
        assert_eq!(kind, "multipart/form-data; boundary=larkctl-form-0000000000000001");
    }
}
