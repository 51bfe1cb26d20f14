//! Small types for what people read: harmless text, columns, masks, durations.

mod duration;
mod escape;
mod mask;
mod shell;
mod waits;
mod width;

pub use duration::Duration;
pub use escape::{escaped, hostile};
pub use mask::{masked, scrubbed};
pub use shell::ShellWord;
pub use waits::Waits;
pub use width::{Padded, cut, width};
