//! The shared vocabulary: plain data that every stage and kind speaks. No I/O, no decisions.

pub mod action;
pub mod address;
pub mod declared;
pub mod live;
pub mod record;
pub mod step;
pub mod value;

pub use action::{Action, Cause, FieldChange};
pub use address::Address;
pub use declared::{Declared, Lifecycle, Manifest, OnRemove, Settings, Use, UseOf, Wanted};
pub use live::{Found, Gap, Live, Observed, Presence, Snapshot};
pub use record::{Departed, Pending, Record, Unsettled, kept, plain, sealed};
pub use step::{
    Accept, Call, Capture, Claim, DeskKey, FLEETING, Fact, FileRef, Late, LateId, Leftover, Meaning, Need,
    Parked, StepDraft, Verb, Verify,
};
pub use value::{Lookup, Target, Value};
