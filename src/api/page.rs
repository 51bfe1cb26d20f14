//! Lists: page after page until the end, or an honest "not to the end".
//!
//! [`Listing`] has two variants so that nobody can take a list that broke off for a complete one: what was not
//! fetched is unknown, never absent. [`Pages`] is the raw form for answers with several lists at once. Objects may
//! repeat while the remote changes under the reader; who reads removes them by id (platform.md 7).

use std::collections::HashSet;

use serde_json::Value;

use super::client::Reader;
use super::error::{ApiError, Cause};
use super::request::ReadRequest;
use crate::base::contract::Class;

/// Far above any list of a tenant, far below an endless loop.
const MOST_PAGES: usize = 20_000;

/// A list that cannot be trusted to be whole.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum PageError {
    #[error("the list came back to a page that it had given before")]
    Circle,
    #[error("the list does not end after {MOST_PAGES} pages")]
    Endless,
    #[error("the list says that there is more, but not where")]
    NoToken,
    #[error("{key} is not a list")]
    NotAList { key: String },
    #[error("a page is not an object")]
    NotAnObject,
}

/// All that was read of a list.
#[derive(Debug, Clone)]
#[must_use]
pub enum Listing {
    /// Everything that the remote shows us.
    Complete(Vec<Value>),
    /// Some of it: what is missing here may exist all the same.
    Partial { items: Vec<Value>, why: ApiError },
}

impl Listing {
    pub fn is_complete(&self) -> bool {
        match self {
            Self::Complete(_) => true,
            Self::Partial { .. } => false,
        }
    }

    /// The items, for uses that make no difference between absent and unread.
    pub fn items(&self) -> &[Value] {
        match self {
            Self::Complete(items) | Self::Partial { items, .. } => items,
        }
    }

    /// The items of a complete list.
    ///
    /// # Errors
    /// The reason why it is not complete.
    pub fn into_complete(self) -> Result<Vec<Value>, ApiError> {
        match self {
            Self::Complete(items) => Ok(items),
            Self::Partial { why, .. } => Err(why),
        }
    }
}

/// One page, decoded as far as paging needs.
#[derive(Debug, Clone, PartialEq, Eq)]
enum After {
    End,
    Page(String),
}

/// Reads `has_more` and the token; both spellings of the token, and flags that are numbers.
fn after(data: &Value) -> Result<After, PageError> {
    if data.is_null() {
        return Ok(After::End);
    }
    let page = data.as_object().ok_or(PageError::NotAnObject)?;
    let more = page.get("has_more").and_then(|flag| match flag {
        Value::Bool(flag) => Some(*flag),
        Value::Number(number) => Some(number.as_f64() != Some(0.0)),
        Value::String(text) => Some(text == "true" || text == "1"),
        Value::Null | Value::Array(_) | Value::Object(_) => None,
    });
    let token = ["page_token", "next_page_token"]
        .iter()
        .find_map(|key| page.get(*key)?.as_str())
        .filter(|token| !token.is_empty());
    match (more, token) {
        (Some(false), _) | (None, None) => Ok(After::End),
        (Some(true) | None, Some(token)) => Ok(After::Page(token.to_owned())),
        // Stopping is right, believing to be done is not.
        (Some(true), None) => Err(PageError::NoToken),
    }
}

/// Takes the items under a key; a missing or null list is an empty page.
fn items(mut data: Value, key: &str) -> Result<Vec<Value>, PageError> {
    match data.get_mut(key).map(Value::take) {
        None | Some(Value::Null) => Ok(Vec::new()),
        Some(Value::Array(items)) => Ok(items),
        Some(Value::Bool(_) | Value::Number(_) | Value::String(_) | Value::Object(_)) => {
            Err(PageError::NotAList { key: key.to_owned() })
        }
    }
}

/// The pages of one list, one at a time.
#[derive(Debug)]
pub struct Pages<'r> {
    reader: &'r Reader,
    /// `None` after the last page.
    next: Option<ReadRequest>,
    request: ReadRequest,
    seen: HashSet<String>,
    fetched: usize,
}

impl<'r> Pages<'r> {
    pub(super) fn new(reader: &'r Reader, request: &ReadRequest) -> Self {
        let request = with_largest_page(request);
        Self { reader, next: Some(request.clone()), request, seen: HashSet::new(), fetched: 0 }
    }

    /// The `data` of the next page; `None` after the last.
    ///
    /// # Errors
    /// The page could not be read, or does not say how to go on. There is nothing after an error.
    pub async fn next(&mut self) -> Result<Option<Value>, ApiError> {
        let Some(request) = self.next.take() else { return Ok(None) };
        let data = self.reader.get(&request).await?.value;
        self.fetched += 1;
        self.next = self.follow(&data).map_err(|error| self.fault(error))?;
        Ok(Some(data))
    }

    fn follow(&mut self, data: &Value) -> Result<Option<ReadRequest>, PageError> {
        match after(data)? {
            After::End => Ok(None),
            After::Page(_) if self.fetched >= MOST_PAGES => Err(PageError::Endless),
            After::Page(token) if !self.seen.insert(token.clone()) => Err(PageError::Circle),
            After::Page(token) => Ok(Some(self.request.with_query("page_token", token))),
        }
    }

    fn fault(&self, error: PageError) -> ApiError {
        self.reader.fault(Cause::Page(error), Class::Bug, self.request.call().endpoint())
    }
}

/// Reads a list to its end, or as far as it goes.
pub(super) async fn collect(reader: &Reader, request: &ReadRequest, key: &str) -> Listing {
    let mut pages = Pages::new(reader, request);
    let mut all = Vec::new();
    loop {
        // A page that does not say how to go on still has items.
        let page = pages.next.take();
        let Some(request) = page else { return Listing::Complete(all) };
        let data = match reader.get(&request).await {
            Ok(answer) => answer.value,
            Err(why) => return Listing::Partial { items: all, why },
        };
        pages.fetched += 1;
        let next = pages.follow(&data);
        let found = items(data, key);
        match (found, next) {
            (Ok(found), Ok(next)) => {
                all.extend(found);
                pages.next = next;
            }
            (Ok(found), Err(error)) => {
                all.extend(found);
                return Listing::Partial { items: all, why: pages.fault(error) };
            }
            (Err(error), _) => return Listing::Partial { items: all, why: pages.fault(error) },
        }
    }
}

/// Asks for the largest page that the contract allows, unless the request says otherwise.
#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "page sizes are small and positive"
)]
fn with_largest_page(request: &ReadRequest) -> ReadRequest {
    let call = request.call();
    let largest = call.endpoint().query.iter().find(|field| field.name == "page_size").and_then(|f| f.max);
    match largest {
        Some(largest) if !call.has_query("page_size") && largest >= 1.0 => {
            request.with_query("page_size", (largest as u32).to_string())
        }
        Some(_) | None => request.clone(),
    }
}

#[cfg(test)]
mod tests;
