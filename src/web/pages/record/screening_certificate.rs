//! The certificate of a nomination: who signed the screening agreement for the partner and when, with the hashes that it is
//! checked by. It tells a partner before disclosure no more than the partner's own signature.

use axum::{extract::State, response::Response, routing::get};

use super::certificate::{Certificate, signature_table};
use crate::{
    app::{
        AppError,
        view::{ApproachView, Moment, NominationView, Party, RecordView, ScreeningText, SignatureView},
    },
    domain::id::Kind,
    web::{
        Web,
        extract::{Path, visitor::Visitor},
        pages::{
            PageRoute,
            time::PageClock,
            ui::{Facts, Inline, Link, Section},
            words,
        },
    },
};

/// The page of this room.
pub fn route() -> PageRoute {
    PageRoute::get("/nominations/{reference}/certificate", get(page))
}

/// What a certificate is made of, as far as its reader knows the nomination.
struct Paper<'a> {
    partner: &'a Party,
    /// None for a partner before disclosure.
    developer: Option<&'a Party>,
    stage: &'a str,
    /// None for a partner before disclosure.
    since: Option<&'a Moment>,
    text: Option<&'a ScreeningText>,
    signature: Option<&'a SignatureView>,
}

impl<'a> Paper<'a> {
    /// What the reader knows; none for whoever sees an outline that names no partner.
    fn of(view: &'a RecordView) -> Option<Self> {
        match view {
            RecordView::Nomination(view) => Some(Self::whole(view)),
            RecordView::Approach(view) => Some(Self::approach(view)),
            RecordView::NominationOutline(_)
            | RecordView::Release(_)
            | RecordView::Inquiry(_)
            | RecordView::Engagement(_)
            | RecordView::EngagementOutline(_)
            | RecordView::Condition(_)
            | RecordView::Grant(_)
            | RecordView::Prerequisites(_)
            | RecordView::Incident(_)
            | RecordView::FoiaRequest(_)
            | RecordView::Document(_)
            | RecordView::Handoff(_)
            | RecordView::Receipt(_) => None,
        }
    }

    fn whole(view: &'a NominationView) -> Self {
        Self {
            partner: &view.partner,
            developer: Some(&view.developer),
            stage: &view.stage,
            since: Some(&view.since),
            text: view.screening_nda.as_ref(),
            signature: view.screening_signature.as_ref(),
        }
    }

    fn approach(view: &'a ApproachView) -> Self {
        Self {
            partner: &view.partner,
            developer: None,
            stage: view.stage,
            since: None,
            text: view.screening_nda.as_ref(),
            signature: view.screening_signature.as_ref(),
        }
    }

    fn about(&self, clock: PageClock) -> Section {
        let title = self.text.map(|text| text.title.clone()).unwrap_or_default();
        let digest = Inline::maybe(self.text, |text| Inline::Code(text.digest.clone()));
        let facts = Facts::new()
            .with("As of", clock.plain(clock.now))
            .some("Text", Inline::text(title))
            .with("Partner", Inline::party(self.partner))
            .some("Developer", Inline::maybe(self.developer, Inline::party))
            .with("Stage", Inline::Tag(words::label(self.stage)))
            .some("Since", Inline::maybe(self.since, |since| clock.plain(since.at).into()))
            .some("SHA-256 of the text", digest);
        Section::new("about", "What was signed").with(facts)
    }

    fn signatures(&self, clock: PageClock) -> Section {
        let shown = self.text.map(|text| text.digest.as_str());
        let table = signature_table(self.signature, shown, "The text above", clock);
        Section::new("signatures", "Who signed").with(table)
    }
}

async fn page(State(web): State<Web>, visitor: Visitor, Path(reference): Path<String>) -> Result<Response, AppError> {
    let dossier = web.app.dossier(visitor.principal(), Kind::Nomination, &reference).await?;
    let paper = Paper::of(&dossier.view).ok_or(AppError::NotFound)?;
    let clock = PageClock::at(&web.app, dossier.now);
    let certificate = Certificate {
        lead: "The screening agreement: what was signed, by whom and when, as this service recorded it.".to_owned(),
        paper: [paper.about(clock), paper.signatures(clock)],
        texts: Link {
            href: format!("/nominations/{}#screening", dossier.reference),
            text: "The text itself".to_owned(),
        },
        is_signed: paper.signature.is_some(),
    };
    certificate.answer(&web, &visitor, &dossier).await
}
