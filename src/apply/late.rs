//! Fills what a plan leaves open: ids that exist only once a step has run, and the idempotency key.
//!
//! Pure: the plan's [`Call`] and a way to look ids up → [`Filled`], whose parts are all known.

use serde_json::{Map, Value as Json};

use crate::model::{Address, Call, Late, LateId};

/// A call without open ends.
#[derive(Clone, Debug, PartialEq)]
pub struct Filled {
    pub method: String,
    /// The template, as in the contract.
    pub path: String,
    pub params: Vec<(String, String)>,
    pub query: Vec<(String, String)>,
    pub body: Option<Json>,
}

/// An end that cannot be filled.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum LateError {
    #[error("the {id} of {address} is not known")]
    Missing { address: Address, id: String },
    #[error("the {id} of {address} is no number")]
    NotNumber { address: Address, id: String },
    #[error("{0} names no id that could be filled in")]
    Malformed(String),
}

const MARK: &str = "$late";
/// JSON that goes out as a text, with the ids in it filled in first.
const TEXT: &str = "$text";
/// A part of something that is made in the same plan: what follows the last underscore of its id is this instead.
const AFTER_LAST: &str = "after_last_:";

/// Fills a call; `token` is the idempotency key where the call takes one.
///
/// # Errors
/// An id is not known yet.
pub fn fill<'i>(
    call: &Call,
    token: Option<&str>,
    id: &dyn Fn(&Address, &str) -> Option<&'i str>,
) -> Result<Filled, LateError> {
    let text = |late: &Late| match late {
        Late::Known(text) => Ok(text.clone()),
        Late::Id { late } => formed(late, id).map(|value| match value {
            Json::String(text) => text,
            other => other.to_string(),
        }),
    };
    let params = call.params.iter().map(|(name, late)| Ok((name.clone(), text(late)?)));
    let query = call.query.iter().map(|(name, late)| Ok((name.clone(), text(late)?)));
    let key = call.token.as_ref().zip(token).map(|(name, token)| Ok((name.clone(), token.to_owned())));
    Ok(Filled {
        method: call.method.clone(),
        path: call.path.clone(),
        params: params.collect::<Result<_, LateError>>()?,
        query: query.chain(key).collect::<Result<_, LateError>>()?,
        body: call.body.as_ref().map(|body| inside(body, id)).transpose()?,
    })
}

fn find<'i>(late: &LateId, id: &dyn Fn(&Address, &str) -> Option<&'i str>) -> Result<&'i str, LateError> {
    let missing = || LateError::Missing { address: late.address.clone(), id: late.id.clone() };
    id(&late.address, &late.id).filter(|id| !id.is_empty()).ok_or_else(missing)
}

fn inside<'i>(body: &Json, id: &dyn Fn(&Address, &str) -> Option<&'i str>) -> Result<Json, LateError> {
    match body {
        Json::Object(fields) => match (fields.get(MARK), fields.get(TEXT)) {
            (Some(late), _) if fields.len() == 1 => written(late, id),
            (_, Some(json)) if fields.len() == 1 => Ok(Json::String(inside(json, id)?.to_string())),
            _ => {
                let filled = fields.iter().map(|(name, value)| Ok((name.clone(), inside(value, id)?)));
                Ok(Json::Object(filled.collect::<Result<Map<_, _>, LateError>>()?))
            }
        },
        Json::Array(items) => Ok(Json::Array(items.iter().map(|i| inside(i, id)).collect::<Result<_, _>>()?)),
        Json::Null | Json::Bool(_) | Json::Number(_) | Json::String(_) => Ok(body.clone()),
    }
}

fn written<'i>(late: &Json, id: &dyn Fn(&Address, &str) -> Option<&'i str>) -> Result<Json, LateError> {
    let malformed = || LateError::Malformed(late.to_string());
    let late: LateId = serde_json::from_value(late.clone()).map_err(|_| malformed())?;
    formed(&late, id)
}

/// The id in the form that is asked for.
fn formed<'i>(late: &LateId, id: &dyn Fn(&Address, &str) -> Option<&'i str>) -> Result<Json, LateError> {
    let found = find(late, id)?;
    match late.form.as_deref() {
        None => Ok(Json::String(found.to_owned())),
        Some("int") => match found.parse::<i64>() {
            Ok(number) => Ok(number.into()),
            Err(_) => Err(LateError::NotNumber { address: late.address.clone(), id: late.id.clone() }),
        },
        Some(form) => match (form.strip_prefix(AFTER_LAST), found.rsplit_once('_')) {
            (Some(tail), Some((head, _))) => Ok(Json::String(format!("{head}_{tail}"))),
            _ => Err(LateError::Malformed(format!("{} as {form}", late.id))),
        },
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn late(address: &str, id: &str, form: Option<&str>) -> LateId {
        let address = address.parse().expect("address");
        LateId { address, id: id.to_owned(), form: form.map(str::to_owned) }
    }

    fn ids(address: &Address, id: &str) -> Option<&'static str> {
        match (address.to_string().as_str(), id) {
            ("role.a", "id") => Some("r-1"),
            ("employee_type.x", "enum_value") => Some("42"),
            _ => None,
        }
    }

    #[test]
    fn a_part_of_what_is_made_has_its_own_end() {
        let part = |id: &str| {
            Call::new("DELETE", "/x")
                .param("e", Late::Id { late: late("role.a", id, Some("after_last_:17")) })
        };
        let made = |_: &Address, id: &str| Some(if id == "id" { "a_b_0" } else { "plain" });
        let filled = fill(&part("id"), None, &made).expect("filled");
        assert_eq!(filled.params, [("e".to_owned(), "a_b_17".to_owned())]);
        assert!(fill(&part("other"), None, &made).is_err());
    }

    #[test]
    fn ids_are_filled_in_path_query_and_body_and_nothing_else_changes() {
        let path = "/open-apis/x/:role_id";
        let mut call = Call::new("POST", path)
            .param("role_id", Late::Id { late: late("role.a", "id", None) })
            .query("q", Late::Id { late: late("role.a", "id", None) })
            .query("known", "名 & =")
            .body(json!({
                "deep": [{ "role": { "$late": late("role.a", "id", None) } }, 1, null],
                "type": { "$late": late("employee_type.x", "enum_value", Some("int")) },
                "text": { "$late": late("employee_type.x", "enum_value", None) },
                "free": { "$late": "kept: it has a neighbour", "other": true },
            }));
        call.token = Some("client_token".to_owned());
        let filled = fill(&call, Some("t-1"), &ids).expect("filled");
        let own = |pairs: &[(&str, &str)]| -> Vec<(String, String)> {
            pairs.iter().map(|(a, b)| ((*a).to_owned(), (*b).to_owned())).collect()
        };
        assert_eq!((filled.method.as_str(), filled.path.as_str()), ("POST", path));
        assert_eq!(filled.params, own(&[("role_id", "r-1")]));
        assert_eq!(filled.query, own(&[("q", "r-1"), ("known", "名 & ="), ("client_token", "t-1")]));
        let body = json!({
            "deep": [{ "role": "r-1" }, 1, null],
            "type": 42,
            "text": "42",
            "free": { "$late": "kept: it has a neighbour", "other": true },
        });
        assert_eq!(filled.body, Some(body));
    }

    #[test]
    fn json_that_goes_out_as_a_text_has_its_ids_filled_in_before() {
        let deep = json!([{ "$text": { "ids": [{ "$late": late("role.a", "id", None) }] } }, { "$text": 1, "b": 2 }]);
        let filled = fill(&Call::new("POST", "/x").body(deep), None, &ids).expect("filled");
        assert_eq!(filled.body, Some(json!([r#"{"ids":["r-1"]}"#, { "$text": 1, "b": 2 }])));
        let missing = json!({ "$text": { "$late": late("role.b", "id", None) } });
        assert!(fill(&Call::new("POST", "/x").body(missing), None, &ids).is_err());
    }

    #[test]
    fn an_unknown_id_is_an_error_and_never_an_empty_text() {
        let missing = LateError::Missing { address: "role.b".parse().expect("a"), id: "id".to_owned() };
        let by_path = Call::new("GET", "/x").param("p", Late::Id { late: late("role.b", "id", None) });
        let by_body = Call::new("GET", "/x").body(json!([{ "$late": late("role.b", "id", None) }]));
        for call in [by_path, by_body] {
            assert_eq!(fill(&call, None, &ids), Err(missing.clone()));
            assert!(matches!(fill(&call, None, &|_, _| Some("")), Err(LateError::Missing { .. })));
        }
        let odd = Call::new("GET", "/x").body(json!({ "$late": late("role.a", "id", Some("int")) }));
        assert!(matches!(fill(&odd, None, &ids), Err(LateError::NotNumber { .. })));
        let odd = Call::new("GET", "/x").body(json!({ "$late": 5 }));
        assert!(matches!(fill(&odd, None, &ids), Err(LateError::Malformed(_))));
    }
}
