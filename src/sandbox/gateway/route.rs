//! Finds the endpoint that a request means.

use std::collections::HashMap;

use percent_encoding::percent_decode_str;

use super::call::{Handler, Lock, Route};
use crate::base::contract::{Contract, Endpoint};

/// An endpoint of the contract with its handler.
#[derive(Debug)]
pub struct Bound {
    pub endpoint: &'static Endpoint,
    pub handler: Handler,
    pub locks: Option<(Lock, i64)>,
    /// The code of an update that meets another one of the same object.
    pub updates: Option<i64>,
    segments: Vec<Segment>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
enum Segment {
    Fixed(String),
    Param(String),
}

/// All endpoints, by method and number of segments, the more literal ones first.
#[derive(Debug)]
pub struct Router {
    routes: Vec<Bound>,
    by_shape: HashMap<(String, usize), Vec<usize>>,
}

/// A route that the contract does not know: a mistake of the sandbox.
#[derive(Debug, thiserror::Error)]
#[error("the contract has no {0}")]
pub struct UnknownRoute(String);

impl Router {
    /// Binds the routes to the contract.
    ///
    /// # Errors
    /// When a route names no endpoint.
    pub fn new(contract: &'static Contract, routes: Vec<Route>) -> Result<Self, UnknownRoute> {
        let mut bound = Vec::new();
        for route in routes {
            let endpoint = contract
                .endpoint(route.method, route.path)
                .ok_or_else(|| UnknownRoute(format!("{} {}", route.method, route.path)))?;
            let segments = split(route.path)
                .map(|s| match s.strip_prefix(':') {
                    Some(name) => Segment::Param(name.to_owned()),
                    None => Segment::Fixed(s.to_owned()),
                })
                .collect();
            let Route { handler, locks, updates, .. } = route;
            bound.push(Bound { endpoint, handler, locks, updates, segments });
        }
        let mut by_shape: HashMap<(String, usize), Vec<usize>> = HashMap::new();
        for (i, b) in bound.iter().enumerate() {
            by_shape.entry((b.endpoint.method.clone(), b.segments.len())).or_default().push(i);
        }
        for list in by_shape.values_mut() {
            list.sort_by_key(|&i| {
                let params = bound[i].segments.iter().map(|s| matches!(s, Segment::Param(_)));
                params.collect::<Vec<bool>>()
            });
        }
        Ok(Self { routes: bound, by_shape })
    }

    /// The endpoint, and its path parameters decoded. One trailing slash is forgiven, as the real gateway does.
    pub fn find(&self, method: &str, path: &str) -> Option<(&Bound, Vec<(String, String)>)> {
        let path = path.strip_suffix('/').unwrap_or(path);
        let segments: Vec<&str> = split(path).collect();
        let candidates = self.by_shape.get(&(method.to_owned(), segments.len()))?;
        candidates.iter().find_map(|&i| {
            let bound = &self.routes[i];
            bound.matches(&segments).map(|params| (bound, params))
        })
    }

    pub fn routes(&self) -> &[Bound] {
        &self.routes
    }
}

impl Bound {
    fn matches(&self, segments: &[&str]) -> Option<Vec<(String, String)>> {
        let mut params = Vec::new();
        for (want, got) in self.segments.iter().zip(segments) {
            match want {
                Segment::Fixed(text) if text == got => {}
                Segment::Fixed(_) => return None,
                Segment::Param(_) if got.is_empty() => return None,
                Segment::Param(name) => {
                    let value = percent_decode_str(got).decode_utf8().ok()?;
                    params.push((name.clone(), value.into_owned()));
                }
            }
        }
        Some(params)
    }
}

fn split(path: &str) -> impl Iterator<Item = &str> {
    path.trim_start_matches('/').split('/')
}
