//! The pages, at the door: sessions of browsers, forms, and what is offered to whom.

mod account;
mod acting;
mod addresses;
mod administration;
mod browser;
mod documents;
mod join;
mod offers;
pub mod pack;
mod planning;
mod rules;
mod sessions;
mod whole;
mod windows;
