//! What stands before every service: route, token, grants, limits, validation, envelope.
//!
//! The order of judgement is the real one as far as it is known: route, token present, token valid, kind of
//! token, app state, address, quota, scope, rate, parameters, and only then the business.

mod answer;
mod call;
mod dress;
mod engine;
mod envelope;
mod incoming;
mod judge;
mod locks;
mod multipart;
mod page;
mod rate;
mod replay;
mod route;
mod serve;
mod validate;

pub use answer::{Answer, Data, FieldViolation, Refusal, ScopeFault, refuse};
pub use call::{Call, Caller, Handler, Identity, Lock, Raw, Read, Route, Unjudged, Write, one};
pub use engine::{Engine, Outcome};
pub use envelope::{JSON, Reply};
pub use incoming::Incoming;
pub(crate) use incoming::form_pairs;
pub use multipart::FilePart;
pub use page::{Cut, Page};
pub use replay::Replay;
pub use route::{Router, UnknownRoute};
