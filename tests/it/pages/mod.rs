//! The pages, at the door: sessions of browsers, forms, and what is offered to whom.

mod acting;
mod offers;
mod sessions;
