//! The facts at the head of a record's page.

use crate::{
    app::view::Moment,
    web::pages::{
        time::PageClock,
        ui::{Facts, Inline},
        words,
    },
};

/// Where the record stands, and since when.
pub fn stage(stage: &str, since: Option<&Moment>, clock: PageClock) -> Facts {
    let header = Facts::new().with("Stage", Inline::Tag(words::label(stage)));
    header.some("Since", Inline::maybe(since, |since| clock.moment(since).into()))
}
