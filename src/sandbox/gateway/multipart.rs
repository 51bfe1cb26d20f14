//! Bodies of `multipart/form-data`: texts become fields of the body, files go beside it.

use serde_json::{Map, Value, json};

use super::answer::{FieldViolation, Refusal, refuse};

/// A file of a form. The body has a note of it under the same name, without its bytes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FilePart {
    pub name: String,
    pub file_name: String,
    pub bytes: Vec<u8>,
}

#[derive(Debug)]
pub(super) struct Form {
    pub(super) body: Value,
    pub(super) files: Vec<FilePart>,
}

/// The boundary that a content type names; nothing when it is no form of this kind.
pub(super) fn boundary(content_type: &str) -> Option<String> {
    let (kind, parameters) = content_type.split_once(';')?;
    if !kind.trim().eq_ignore_ascii_case("multipart/form-data") {
        return None;
    }
    parameters.split(';').find_map(|p| {
        let (name, value) = p.split_once('=')?;
        let named = name.trim().eq_ignore_ascii_case("boundary");
        named.then(|| value.trim().trim_matches('"').to_owned()).filter(|b| !b.is_empty())
    })
}

/// Takes a form apart. A part is a file when it has a file name, or when the contract says that it is one: the
/// example of `im-v1/image/create` and the official Python SDK send pictures without a name.
///
/// # Errors
/// 9499 when it is none.
pub(super) fn read(bytes: &[u8], boundary: &str, is_file: impl Fn(&str) -> bool) -> Result<Form, Refusal> {
    let mut form = Form { body: Value::Null, files: Vec::new() };
    let mut fields = Map::new();
    let opening = format!("--{boundary}");
    let closing = format!("\r\n--{boundary}");
    let mut rest = after(bytes, opening.as_bytes()).ok_or_else(|| broken("no part"))?;
    while let Some(part) = rest.strip_prefix(b"\r\n") {
        let end = find(part, closing.as_bytes()).ok_or_else(|| broken("a part without an end"))?;
        let (head, content) = cut(&part[..end]).ok_or_else(|| broken("a part without a head"))?;
        let head = String::from_utf8_lossy(head);
        let name = parameter(&head, "name").ok_or_else(|| broken("a part without a name"))?;
        let file_name = parameter(&head, "filename");
        if file_name.is_some() || is_file(&name) {
            let file_name = file_name.unwrap_or_default();
            fields.insert(name.clone(), json!({ "file_name": file_name, "size": content.len() }));
            form.files.push(FilePart { name, file_name, bytes: content.to_vec() });
        } else {
            fields.insert(name, String::from_utf8_lossy(content).into());
        }
        rest = &part[end + closing.len()..];
    }
    if !rest.starts_with(b"--") {
        return Err(broken("no end"));
    }
    form.body = Value::Object(fields);
    Ok(form)
}

fn broken(what: &str) -> Refusal {
    let violation = FieldViolation {
        field: "body".to_owned(),
        value: String::new(),
        description: format!("not a form: {what}"),
    };
    Refusal { violations: vec![violation], ..refuse(9_499) }
}

fn find(text: &[u8], what: &[u8]) -> Option<usize> {
    text.windows(what.len()).position(|w| w == what)
}

fn after<'a>(text: &'a [u8], what: &[u8]) -> Option<&'a [u8]> {
    find(text, what).map(|at| &text[at + what.len()..])
}

/// Head and content of a part, which a blank line divides.
fn cut(part: &[u8]) -> Option<(&[u8], &[u8])> {
    find(part, b"\r\n\r\n").map(|at| (&part[..at], &part[at + 4..]))
}

/// A parameter of `Content-Disposition`.
fn parameter(head: &str, name: &str) -> Option<String> {
    let line = head.lines().find(|l| l.to_ascii_lowercase().starts_with("content-disposition:"))?;
    line.split(';').skip(1).find_map(|p| {
        let (key, value) = p.split_once('=')?;
        (key.trim() == name).then(|| value.trim().trim_matches('"').to_owned())
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn texts_become_fields_and_files_keep_every_byte() {
        let kind = "multipart/form-data; boundary=\"x-1\"";
        let named = boundary(kind).expect("a boundary");
        let mut bytes =
            b"--x-1\r\nContent-Disposition: form-data; name=\"image_type\"\r\n\r\navatar\r\n".to_vec();
        bytes.extend(b"--x-1\r\ncontent-disposition: form-data; name=\"image\"; filename=\"a.png\"\r\n");
        bytes.extend(b"Content-Type: image/png\r\n\r\n\x89PNG\r\n--x\x00\xff\r\n--x-1--\r\n");
        let form = read(&bytes, &named, |_| false).expect("a form");
        assert_eq!(
            form.body,
            json!({ "image_type": "avatar", "image": { "file_name": "a.png", "size": 11 } })
        );
        assert_eq!(form.files[0].bytes, b"\x89PNG\r\n--x\x00\xff");
    }

    #[test]
    fn a_part_that_the_contract_calls_a_file_needs_no_name() {
        let bytes = b"--x\r\nContent-Disposition: form-data; name=\"image\"\r\n\r\n\xff\r\n--x--\r\n";
        let form = read(bytes, "x", |name| name == "image").expect("a form");
        assert_eq!((form.files[0].file_name.as_str(), form.files[0].bytes.as_slice()), ("", &b"\xff"[..]));
        assert_eq!(form.body, json!({ "image": { "file_name": "", "size": 1 } }));
        assert!(read(bytes, "x", |_| false).expect("a form").files.is_empty());
    }

    #[test]
    fn what_is_no_form_is_refused() {
        assert_eq!(boundary("application/json; boundary=x"), None);
        for bytes in [&b"--y\r\n"[..], b"", b"--x\r\nA: b\r\n\r\nc\r\n--x--", b"--x\r\n\r\nc\r\n--x", b"--x"]
        {
            assert_eq!(read(bytes, "x", |_| false).map(|_| ()).unwrap_err().code, 9_499);
        }
    }
}
