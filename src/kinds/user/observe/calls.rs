//! The read requests, each with what its failure means.

use serde_json::{Value as Json, json};

use crate::api::Reader;
use crate::api::error::ApiError;
use crate::api::page::Listing;
use crate::api::request::{Draft, ReadRequest, RequestError};
use crate::kinds::parallel::in_parallel;
use crate::model::Gap;

const USERS: &str = "/open-apis/contact/v3/users";

/// What one call takes: ids of a batch, and addresses and numbers of a look-up each.
const BATCH: usize = 50;

/// Why something could not be read.
#[derive(Debug, Clone)]
pub(super) struct Trouble {
    pub(super) why: String,
    remedy: Option<String>,
    pub(super) code: Option<i64>,
}

impl Trouble {
    pub(super) fn gap(&self, what: impl Into<String>) -> Gap {
        Gap { what: what.into(), why: self.why.clone(), remedy: self.remedy.clone() }
    }
}

impl From<&ApiError> for Trouble {
    fn from(error: &ApiError) -> Self {
        Self { why: error.to_string(), remedy: error.remedy().map(str::to_owned), code: error.code() }
    }
}

impl From<RequestError> for Trouble {
    fn from(error: RequestError) -> Self {
        Self { why: error.to_string(), remedy: None, code: None }
    }
}

/// A list as far as it went, and what stopped it.
#[derive(Debug)]
pub(super) struct Listed {
    pub(super) items: Vec<Json>,
    pub(super) trouble: Option<Trouble>,
}

async fn get(reader: &Reader, request: Result<ReadRequest, RequestError>) -> Result<Json, Trouble> {
    reader.get(&request?).await.map(|answer| answer.value).map_err(|e| Trouble::from(&e))
}

async fn list(reader: &Reader, request: Result<ReadRequest, RequestError>) -> Listed {
    match request {
        Err(error) => Listed { items: Vec::new(), trouble: Some(error.into()) },
        Ok(request) => match reader.list(&request, "items").await {
            Listing::Complete(items) => Listed { items, trouble: None },
            Listing::Partial { items, why } => Listed { items, trouble: Some((&why).into()) },
        },
    }
}

fn typed(draft: Draft) -> Draft {
    draft.query("user_id_type", "user_id").query("department_id_type", "department_id")
}

fn items(data: &Json, name: &str) -> Vec<Json> {
    data.get(name).and_then(Json::as_array).cloned().unwrap_or_default()
}

/// Whether the app's range is all staff: nothing says so, but only then the root can be listed.
pub(super) async fn sees_everybody(reader: &Reader) -> Result<(), Trouble> {
    let path = "/open-apis/contact/v3/departments/:department_id/children";
    let request = typed(Draft::to("GET", path)).path("department_id", "0").query("page_size", "1");
    get(reader, request.read()).await.map(|_| ())
}

/// People by id, fifty a call: each chunk with what came. Who is unknown or out of range is left out silently.
pub(super) async fn batch(
    reader: &Reader,
    ids: &[String],
    id_type: &str,
) -> Vec<(Vec<String>, Result<Vec<Json>, Trouble>)> {
    let calls = ids.chunks(BATCH).map(|chunk| async move {
        let request = Draft::to("GET", &format!("{USERS}/batch"))
            .query("user_id_type", id_type)
            .query("department_id_type", "department_id")
            .query_list("user_ids", chunk.iter().map(String::as_str));
        let found = get(reader, request.read()).await.map(|data| items(&data, "items"));
        (chunk.to_vec(), found)
    });
    in_parallel(calls.collect()).await
}

/// Single people, with their seats.
pub(super) async fn each(reader: &Reader, ids: &[String]) -> Vec<(String, Result<Json, Trouble>)> {
    let calls = ids.iter().map(|id| async move {
        let request = typed(Draft::to("GET", &format!("{USERS}/:user_id"))).path("user_id", id.as_str());
        let found = get(reader, request.read()).await;
        (id.clone(), found.map(|data| data.get("user").cloned().unwrap_or(Json::Null)))
    });
    in_parallel(calls.collect()).await
}

/// user_ids by address and number: rows of `{email | mobile, user_id?}`, and what was asked where it failed.
pub(super) async fn find(reader: &Reader, emails: &[String], mobiles: &[String]) -> (Vec<Json>, Vec<Trouble>) {
    let calls = emails.chunks(BATCH).len().max(mobiles.chunks(BATCH).len());
    let calls = (0..calls).map(|n| async move {
        let body = json!({
            "emails": emails.chunks(BATCH).nth(n).unwrap_or_default(),
            "mobiles": mobiles.chunks(BATCH).nth(n).unwrap_or_default(),
            "include_resigned": false,
        });
        let request =
            Draft::to("POST", &format!("{USERS}/batch_get_id")).query("user_id_type", "user_id").body(body);
        get(reader, request.read()).await.map(|data| items(&data, "user_list"))
    });
    let answers = in_parallel(calls.collect()).await;
    let (mut rows, mut troubles) = (Vec::new(), Vec::new());
    for answer in answers {
        match answer {
            Ok(found) => rows.extend(found),
            Err(trouble) => troubles.push(trouble),
        }
    }
    (rows, troubles)
}

/// Direct members of departments, each read as `take` wants it, so that no more than a page is kept as JSON.
pub(super) async fn members<T>(
    reader: &Reader,
    departments: &[String],
    take: impl Fn(&Json) -> Option<T>,
) -> Vec<(String, Vec<T>, Option<Trouble>)> {
    let take = &take;
    let calls = departments.iter().map(|department| async move {
        let request = typed(Draft::to("GET", &format!("{USERS}/find_by_department")))
            .query("department_id", department.as_str());
        let listed = list(reader, request.read()).await;
        (department.clone(), listed.items.iter().filter_map(take).collect(), listed.trouble)
    });
    in_parallel(calls.collect()).await
}

/// Everything below a department: rows with `department_id` and `member_count`.
pub(super) async fn subtree(reader: &Reader, department: &str) -> Listed {
    let path = "/open-apis/contact/v3/departments/:department_id/children";
    let request = typed(Draft::to("GET", path)).path("department_id", department).query("fetch_child", "true");
    list(reader, request.read()).await
}

/// Definitions of custom fields.
pub(super) async fn custom_fields(reader: &Reader) -> Listed {
    list(reader, Draft::to("GET", "/open-apis/contact/v3/custom_attrs").read()).await
}

/// The app's range: departments and people that were granted by name.
pub(super) async fn range(reader: &Reader) -> Result<(Vec<String>, Vec<String>), Trouble> {
    let request = typed(Draft::to("GET", "/open-apis/contact/v3/scopes")).read()?;
    let (mut departments, mut people) = (Vec::new(), Vec::new());
    let mut pages = reader.pages(&request);
    while let Some(page) = pages.next().await.map_err(|e| Trouble::from(&e))? {
        let texts = |name: &str| items(&page, name).into_iter().filter_map(|v| v.as_str().map(str::to_owned));
        departments.extend(texts("department_ids"));
        people.extend(texts("user_ids"));
    }
    Ok((departments, people))
}
