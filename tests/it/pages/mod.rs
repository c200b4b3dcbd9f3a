//! The pages, at the door: sessions of browsers, forms, and what is offered to whom.

mod account;
mod acting;
mod addresses;
mod administration;
mod browser;
mod bulk;
mod correspondence;
mod deciding;
mod documents;
mod errors;
mod finding;
mod forms;
mod health;
mod help;
mod join;
mod offers;
mod organization;
pub mod pack;
mod planning;
mod rules;
mod samples;
mod sessions;
mod since_signed;
mod stages;
mod ways;
mod whole;
mod windows;
