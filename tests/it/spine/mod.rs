//! The spine as a whole: any organisation to any other, at any moment, in any trouble.

mod attendance;
mod calendars;
mod converge;
pub(crate) mod draw;
pub(crate) mod gate;
mod helpdesks;
mod mail;
mod moment;
mod notices;
mod oracle;
mod org;
mod partial;
mod pool;
mod remembered;
mod rooms;
pub(crate) mod run;
mod same;
mod scale;
mod service;
mod stage;
mod switched_off;
mod trouble;
mod wide;
