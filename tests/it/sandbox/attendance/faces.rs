//! Photographs of faces: uploaded first, then somebody's.

use serde_json::{Value, json};

use super::{at, general, office};
use crate::support::Tenant;

const SETTINGS: &str = "/user_settings/modify?employee_type=employee_id";
const QUERY: &str = "/user_settings/query?employee_type=employee_id";

async fn upload(t: &Tenant, name: &str, bytes: &[u8]) -> Value {
    let mut body = b"--s\r\nContent-Disposition: form-data; name=\"file\"; filename=\"a\"\r\n\r\n".to_vec();
    body.extend(bytes);
    body.extend(b"\r\n--s--\r\n");
    let request = t.http.post(format!("{}{}", t.base, at(&format!("/files/upload?file_name={name}"))));
    let request = request.bearer_auth(&t.token).header("Content-Type", "multipart/form-data; boundary=s");
    let text = request.body(body).send().await.expect("an answer").text().await.expect("a text");
    serde_json::from_str(&text).expect("JSON")
}

#[tokio::test]
async fn a_face_is_uploaded_and_given_to_a_person() {
    let t = office().await;
    let made = upload(&t, "face.jpg", b"\xff\xd8face").await;
    let id = made["data"]["file"]["file_id"].as_str().expect("id").to_owned();
    assert_eq!(upload(&t, "face.jpg", b"").await["code"], 1_220_001);
    let face = |user: &str, key: &str| json!({ "user_setting": { "user_id": user, "face_key": key } });
    let set = t.ok("POST", &at(SETTINGS), face("u2", &id)).await["user_setting"].clone();
    assert_eq!((&set["user_id"], &set["face_key"]), (&json!("u2"), &json!(id)));
    let asked = t.ok("GET", &at(QUERY), json!({ "user_ids": ["u1", "u2"] })).await;
    assert_eq!(asked["user_settings"], json!([set]));
    let file = t.call("GET", &at(&format!("/files/{id}/download")), Value::Null).await;
    assert_eq!(file.status, 200);
    t.refused("GET", &at("/files/1/download"), Value::Null, 400, 1_220_001).await;
    t.refused("POST", &at(SETTINGS), face("nobody", &id), 400, 1_220_004).await;
    t.refused("POST", &at(SETTINGS), json!({}), 400, 1_220_001).await;
    general(&t, "POST", &at(SETTINGS), face("u2", "1"), "the object in tos not found").await;
    t.refused("GET", &at(QUERY), json!({ "user_ids": [] }), 400, 1_220_001).await;
}
