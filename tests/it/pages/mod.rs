//! The pages, at the door: sessions of browsers, forms, and what is offered to whom.

mod account;
mod acting;
mod administration;
mod browser;
mod join;
mod offers;
mod rules;
mod sessions;
