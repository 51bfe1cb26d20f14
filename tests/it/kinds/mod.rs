//! Each kind against the sandbox: what it reads, what it proposes, and what that does to a tenant.

mod attendance;
mod calendar;
mod chat;
mod department;
mod desk;
mod employee_type;
mod helpdesk;
mod job_family;
mod job_level;
mod mail_group;
mod public_mailbox;
mod role;
mod room;
mod unit;
mod user;
mod user_group;
