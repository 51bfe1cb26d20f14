//! Paging: opaque tokens that are bound to their query, short and empty pages on demand.
//!
//! A token holds an offset. The reference promises no snapshot, so objects that come or go between two pages are
//! repeated or skipped, which is what the real lists may do.

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde_json::{Map, Value};

use super::answer::{Data, Refusal};
use super::call::Call;
use crate::sandbox::fault::PageTrick;
use crate::sandbox::world::{World, short_digest};

/// The part of a list that was asked for.
#[derive(Debug, Clone)]
pub struct Page {
    offset: usize,
    size: usize,
    /// The page before this one was an empty one made on purpose: no second in a row.
    after_empty: bool,
    trick: Option<PageTrick>,
    /// What the token is bound to.
    binding: String,
}

impl Page {
    pub(super) fn of(
        call: &Call<'_>,
        bad_size: impl Fn() -> Refusal,
        bad_token: impl Fn() -> Refusal,
    ) -> Result<Self, Refusal> {
        let field = call.endpoint.query.iter().find(|f| f.name == "page_size");
        let (min, max) = field.map_or((1.0, 100.0), |f| (f.min.unwrap_or(1.0), f.max.unwrap_or(100.0)));
        let size = match call.query("page_size") {
            None => 20,
            Some(text) => match text.parse::<u32>() {
                Ok(n) if f64::from(n) >= min.max(1.0) && f64::from(n) <= max => n as usize,
                _ => return Err(bad_size()),
            },
        };
        let binding = binding(call);
        let (offset, after_empty) = match call.query("page_token").filter(|t| !t.is_empty()) {
            None => (0, false),
            Some(token) => decode(token, &binding).ok_or_else(bad_token)?,
        };
        Ok(Self { offset, size, after_empty, trick: call.trick, binding })
    }

    /// For pages that raise a small size instead of refusing it.
    #[must_use]
    pub fn at_least(mut self, size: usize) -> Self {
        self.size = self.size.max(size);
        self
    }

    /// As [`Self::cut`] for a list that pages before it filters: `render` may drop an item, so that the page is
    /// short, and items that `tied` joins are never torn apart, so that it may be too long.
    pub fn cut_filtered<T>(
        &self,
        world: &World,
        items: impl IntoIterator<Item = T>,
        tied: impl Fn(&T, &T) -> bool,
        render: impl FnMut(T) -> Option<Value>,
    ) -> Cut {
        let mut groups: Vec<Vec<T>> = Vec::new();
        for item in items {
            match groups.last_mut() {
                Some(group) if group.last().is_some_and(|last| tied(last, &item)) => group.push(item),
                _ => groups.push(vec![item]),
            }
        }
        // A group counts as one item until the page is full.
        let mut rest = groups.into_iter().skip(self.offset).peekable();
        let (mut rows, mut taken) = (Vec::new(), 0);
        while rows.len() < self.size
            && let Some(group) = rest.next()
        {
            rows.extend(group);
            taken += 1;
        }
        let has_more = rest.peek().is_some();
        let stuck = self.trick == Some(PageTrick::Stuck) && has_more;
        if self.trick == Some(PageTrick::Empty) && !rows.is_empty() {
            let token = encode(self.offset, true, &self.binding);
            return Cut { items: Vec::new(), has_more: true, token };
        }
        let token = if stuck {
            encode(self.offset, self.after_empty, &self.binding)
        } else if has_more || world.settings().token_on_last_page {
            encode(self.offset + taken, false, &self.binding)
        } else {
            String::new()
        };
        Cut { items: rows.into_iter().filter_map(render).collect(), has_more, token }
    }

    /// Cuts the page out of all items, in their listing order, and renders only what is on it.
    pub fn cut<T>(
        &self,
        world: &World,
        items: impl IntoIterator<Item = T>,
        render: impl FnMut(T) -> Value,
    ) -> Cut {
        let settings = world.settings();
        let number = (self.offset / self.size.max(1)) as u64 + 1;
        let due = |every: u64| every > 0 && number.is_multiple_of(every);
        let emptied =
            self.trick == Some(PageTrick::Empty) || due(settings.empty_page_every) && !self.after_empty;
        let take = match (emptied, due(settings.short_page_every)) {
            (true, _) => 0,
            (false, true) => self.size.div_ceil(2),
            (false, false) => self.size,
        };
        let offset = match self.trick {
            Some(PageTrick::Repeat) => self.offset.saturating_sub(self.size),
            Some(PageTrick::Stuck | PageTrick::Empty) | None => self.offset,
        };
        let mut rest = items.into_iter().skip(offset);
        let rows: Vec<T> = rest.by_ref().take(take).collect();
        let has_more = rest.next().is_some();
        let token = if self.trick == Some(PageTrick::Stuck) && has_more {
            encode(offset, self.after_empty, &self.binding)
        } else if has_more || settings.token_on_last_page {
            encode(offset + rows.len(), emptied, &self.binding)
        } else {
            String::new()
        };
        Cut { items: rows.into_iter().map(render).collect(), has_more, token }
    }
}

/// A page, ready to be put into an answer.
#[derive(Debug)]
pub struct Cut {
    pub items: Vec<Value>,
    pub has_more: bool,
    pub token: String,
}

impl Cut {
    /// `{<key>: […], has_more, page_token}`; the token is left out at the end, as the pages say.
    pub fn into_data(self, key: &str) -> Data {
        Data::Of(Value::Object(self.into_map(key)))
    }

    pub fn into_map(self, key: &str) -> Map<String, Value> {
        let mut map = Map::new();
        map.insert(key.to_owned(), Value::Array(self.items));
        map.insert("has_more".to_owned(), self.has_more.into());
        if !self.token.is_empty() {
            map.insert("page_token".to_owned(), self.token.into());
        }
        map
    }
}

fn binding(call: &Call<'_>) -> String {
    let mut parts = vec![call.caller.app_id.clone(), call.endpoint.key()];
    parts.extend(call.path.iter().map(|(n, v)| format!("{n}={v}")));
    let mut query: Vec<String> = call
        .query
        .iter()
        .filter(|(n, _)| n != "page_token" && n != "page_size")
        .map(|(n, v)| format!("{n}={v}"))
        .collect();
    query.sort();
    parts.extend(query);
    let parts: Vec<&str> = parts.iter().map(String::as_str).collect();
    short_digest(&parts, 12)
}

fn encode(offset: usize, after_empty: bool, binding: &str) -> String {
    let mark = if after_empty { "e" } else { "n" };
    let check = short_digest(&[&offset.to_string(), mark, binding], 8);
    URL_SAFE_NO_PAD.encode(format!("{offset}.{mark}.{binding}.{check}"))
}

fn decode(token: &str, binding: &str) -> Option<(usize, bool)> {
    let bytes = URL_SAFE_NO_PAD.decode(token).ok()?;
    let text = String::from_utf8(bytes).ok()?;
    let mut parts = text.split('.');
    let (offset, mark, bound, check) = (parts.next()?, parts.next()?, parts.next()?, parts.next()?);
    if parts.next().is_some() || bound != binding || check != short_digest(&[offset, mark, binding], 8) {
        return None;
    }
    Some((offset.parse().ok()?, mark == "e"))
}
