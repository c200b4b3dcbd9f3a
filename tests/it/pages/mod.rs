//! The pages, at the door: sessions of browsers, forms, and what is offered to whom.

mod acting;
mod documents;
mod offers;
mod planning;
mod sessions;
mod whole;
mod windows;
