//! The spine as a whole: any organisation to any other, at any moment, in any trouble.

mod converge;
mod draw;
mod gate;
mod moment;
mod oracle;
mod org;
mod partial;
mod run;
mod same;
mod switched_off;
mod trouble;
