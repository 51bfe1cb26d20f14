//! The sandbox, rule by rule.

mod attendance;
mod calendar;
mod catalogues;
mod checklist;
mod connections;
mod contact_rules;
mod coverage;
mod departments;
mod durable;
mod examples;
mod fuzz;
mod helpdesk;
mod im;
mod mail;
mod people;
mod strict;
mod trouble;
mod vc;
