//! Coming in without a session: by an invitation, by a link to one record, by a link that sets a password, or as the
//! first administrator. The secret of a link stands behind the `#` of its address, which no browser sends; it is pasted
//! into the form, or filled in by the page's script.

mod first;
mod invitation;
mod link;
mod password;

use super::{
    PageRoute,
    ui::{FieldView, FormView},
};

/// The pages of this room.
pub fn routes() -> Vec<PageRoute> {
    let rooms = [invitation::routes(), link::routes(), password::routes(), first::routes()];
    rooms.into_iter().flatten().collect()
}

/// A form of somebody who has no session, which takes a link.
fn form(path: &str, button: &str, hint: &str) -> FormView {
    let link = FieldView::line("link", "The link", "text", "").hinted(hint).at_most(500);
    FormView::new("join", path, "", button).field(link).taking_link()
}

/// The field of the address that a mail went to.
fn email(typed: &str) -> FieldView {
    FieldView::line("email", "Mail address", "email", typed).filled("email").at_most(254)
}
