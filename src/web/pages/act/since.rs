//! Before somebody signs: what changed since the text that they, or their side, signed last.

use crate::{
    app::{
        AppError,
        documents::{SignedBefore, SinceSigned, Whose},
        view::{PrerequisitesView, RecordView},
    },
    domain::action::Action,
    web::{
        Web,
        extract::visitor::Visitor,
        pages::{
            time::PageClock,
            ui::{Diff, Inline, Section},
        },
    },
};

/// What changed since the last signature, where the command is one; none where this very text was signed already.
pub async fn section(
    web: &Web,
    visitor: &Visitor,
    action: Action,
    view: &RecordView,
    clock: PageClock,
) -> Result<Option<Section>, AppError> {
    let viewer = visitor.principal();
    let (whose, before) = match (view, action.name) {
        (RecordView::Condition(view), "sign") => {
            (Whose::Side, web.app.changes_since_signed(viewer, &view.reference, Whose::Side).await?)
        }
        (RecordView::Condition(view), "acknowledge") => {
            (Whose::Person, web.app.changes_since_signed(viewer, &view.reference, Whose::Person).await?)
        }
        (RecordView::Nomination(view), "sign-screening-nda") => match &view.screening_nda {
            Some(shown) => (Whose::Side, Some(web.app.changes_since_screening(viewer, shown).await?)),
            None => return Ok(None),
        },
        (RecordView::Approach(view), "sign-screening-nda") => match &view.screening_nda {
            Some(shown) => (Whose::Side, Some(web.app.changes_since_screening(viewer, shown).await?)),
            None => return Ok(None),
        },
        (RecordView::Prerequisites(view), "attest") => return Ok(Some(attested(view, clock))),
        _ => return Ok(None),
    };
    Ok(before.and_then(|before| said(before, whose, clock)))
}

fn said(before: SignedBefore, whose: Whose, clock: PageClock) -> Option<Section> {
    let heading = match whose {
        Whose::Person => "What changed since you last signed",
        Whose::Side => "What changed since your side last signed",
    };
    let section = Section::new("since-signed", heading);
    match before {
        SignedBefore::This => None,
        SignedBefore::Never => Some(section.with(Inline::text(match whose {
            Whose::Person => "You have signed no earlier version of this text: all of it is new to you.",
            Whose::Side => "Your side has signed no earlier version of this text: all of it is new to it.",
        }))),
        SignedBefore::Other(since) => Some(changed(section, *since, whose, clock)),
    }
}

fn changed(section: Section, since: SinceSigned, whose: Whose, clock: PageClock) -> Section {
    let who = match whose {
        Whose::Person => "You",
        Whose::Side => "Your side",
    };
    let text = match since.text {
        Some((reference, number)) => format!("text {number} of {reference}"),
        None => "an earlier version of this text".to_owned(),
    };
    let last = format!("{who} last signed {text}, on {}.", clock.plain(since.at.at).text);
    match since.difference {
        Some(difference) => section
            .with(Inline::text(format!("{last} This is what changed since.")))
            .with(Diff { hunks: difference.hunks }),
        None => {
            section.with(Inline::text(format!("{last} The two texts cannot be compared: read the whole of this one.")))
        }
    }
}

/// An attestation has no text of its own that could have changed: it says when the last one was.
fn attested(view: &PrerequisitesView, clock: PageClock) -> Section {
    let section = Section::new("since-signed", "When you last attested");
    let plain = |at: &crate::app::view::Moment| clock.plain(at.at).text;
    match (&view.attested_at, &view.attestation_expires_at) {
        (Some(at), Some(until)) => {
            section.with(Inline::text(format!("You last attested on {}; it counts until {}.", plain(at), plain(until))))
        }
        _ => section.with(Inline::text("You have not attested before.")),
    }
}
