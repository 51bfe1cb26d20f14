//! Pictures, and what takes them.

use serde_json::{Value, json};

use super::*;

fn png(width: u32, height: u32) -> Vec<u8> {
    let mut bytes = b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR".to_vec();
    bytes.extend(width.to_be_bytes());
    bytes.extend(height.to_be_bytes());
    bytes.extend([8, 2, 0, 0, 0]);
    bytes
}

async fn upload(t: &Tenant, token: &str, kind: &str, bytes: &[u8]) -> (u16, Value) {
    upload_as(t, token, kind, "; filename=\"a.png\"", bytes).await
}

/// `named` is what follows the part's name.
async fn upload_as(t: &Tenant, token: &str, kind: &str, named: &str, bytes: &[u8]) -> (u16, Value) {
    let mut body = b"--sep\r\nContent-Disposition: form-data; name=\"image_type\"\r\n\r\n".to_vec();
    body.extend(kind.as_bytes());
    body.extend(format!("\r\n--sep\r\nContent-Disposition: form-data; name=\"image\"{named}\r\n").bytes());
    body.extend(b"Content-Type: application/octet-stream\r\n\r\n");
    body.extend(bytes);
    body.extend(b"\r\n--sep--\r\n");
    let request = t.http.post(format!("{}/open-apis/im/v1/images", t.base)).bearer_auth(token);
    let request = request.header("Content-Type", "multipart/form-data; boundary=sep").body(body);
    let answer = request.send().await.expect("an answer");
    let status = answer.status().as_u16();
    (status, serde_json::from_str(&answer.text().await.expect("text")).expect("JSON"))
}

#[tokio::test]
async fn pictures_are_judged_by_bytes_size_and_resolution() {
    let t = tenant(&[]).await;
    let big = vec![0u8; 10 * 1024 * 1024 + 1];
    for (kind, bytes, code) in [
        ("avatar", Vec::new(), 234_010),
        ("avatar", b"hello".to_vec(), 234_011),
        ("avatar", big, 234_006),
        ("avatar", png(4_097, 10), 234_039),
        ("message", png(12_001, 10), 234_039),
        ("thumbnail", png(1, 1), 99_992_402),
    ] {
        let (status, body) = upload(&t, &t.token, kind, &bytes).await;
        assert_eq!((status, &body["code"]), (400, &json!(code)), "{kind}: {body}");
    }
    let (_, one) = upload(&t, &t.token, "message", &png(4_097, 10)).await;
    let (_, two) = upload(&t, &t.token, "message", &png(4_097, 10)).await;
    assert_ne!(one["data"]["image_key"], two["data"]["image_key"], "every upload has a key of its own");
}

/// `im-v1/image/create`: the page's own example has no file name, and ends the line with a semicolon.
#[tokio::test]
async fn a_picture_needs_no_file_name() {
    let t = tenant(&[]).await;
    for named in ["", ";"] {
        let (status, body) = upload_as(&t, &t.token, "message", named, &png(8, 8)).await;
        assert_eq!(status, 200, "{body}");
        let (_, body) = upload_as(&t, &t.token, "message", named, b"").await;
        assert_eq!(body["code"], 234_010, "{body}");
    }
}

#[tokio::test]
async fn a_picture_serves_the_kind_and_the_app_that_it_was_uploaded_for() {
    let t = tenant(&[]).await;
    let other = other_bot(&t).await;
    let key = |body: &Value| body["data"]["image_key"].as_str().expect("a key").to_owned();
    let avatar = key(&upload(&t, &t.token, "avatar", &png(10, 10)).await.1);
    let message = key(&upload(&t, &t.token, "message", &png(10, 10)).await.1);
    let theirs = key(&upload(&t, &other, "message", &png(10, 10)).await.1);
    let chat = create(&t, json!({ "avatar": avatar })).await;
    let url = read(&t, &chat).await["avatar"].clone();
    assert!(url.as_str().is_some_and(|u| u.ends_with(&format!("/{avatar}~100x100.jpg"))), "{url}");
    t.refused("PUT", &at(&chat, ""), json!({ "avatar": message }), 400, 232_041).await;
    let tab = |icon: &str| {
        json!({ "chat_tabs": [{
            "tab_name": "a", "tab_type": "url", "tab_content": { "url": "https://a.cn/" },
            "tab_config": { "icon_key": icon },
        }] })
    };
    t.refused("POST", &at(&chat, "/chat_tabs"), tab(&avatar), 400, 232_056).await;
    t.refused("POST", &at(&chat, "/chat_tabs"), tab(&theirs), 400, 232_056).await;
    t.ok("POST", &at(&chat, "/chat_tabs"), tab(&message)).await;
    let image = |key: &str| format!("/open-apis/im/v1/images/{key}");
    let got = t.http.get(format!("{}{}", t.base, image(&message))).bearer_auth(&t.token).send().await;
    assert_eq!(got.expect("an answer").bytes().await.expect("bytes").to_vec(), png(10, 10));
    t.refused("GET", &image(&theirs), Value::Null, 400, 234_008).await;
    t.refused("GET", &image(&avatar), Value::Null, 400, 234_001).await;
}
