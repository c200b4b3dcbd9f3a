//! The certificate of a condition: who signed what and when, with the hashes that it is checked by.

use axum::{extract::State, response::Response, routing::get};

use super::{by, link};
use crate::{
    app::{
        AppError, Dossier,
        ledger_view::RecordLedger,
        view::{ConditionView, RecordView, SignatureView},
    },
    domain::id::Kind,
    web::{
        Web,
        extract::{Path, visitor::Visitor},
        pages::{
            PageRoute,
            sheet::Sheet,
            time::PageClock,
            ui::{Alert, Facts, Inline, Link, Part, Row, Section, Table, Tone},
            words,
        },
    },
};

/// The page of this room.
pub fn route() -> PageRoute {
    PageRoute::get("/conditions/{reference}/certificate", get(page))
}

async fn page(State(web): State<Web>, visitor: Visitor, Path(reference): Path<String>) -> Result<Response, AppError> {
    let dossier = web.app.dossier(visitor.principal(), Kind::Condition, &reference).await?;
    let RecordView::Condition(view) = &dossier.view else { return Err(AppError::NotFound) };
    let certificate = Certificate {
        lead: format!("{}: what was signed, by whom and when, as this service recorded it.", view.title),
        paper: paper(view, PageClock::at(&web.app, dossier.now)),
        texts: Link { href: format!("/conditions/{}#texts", view.reference), text: "The texts themselves".to_owned() },
        is_signed: !view.signatures.is_empty(),
    };
    certificate.answer(&web, &visitor, &dossier).await
}

/// What is the record's own in its certificate.
pub struct Certificate {
    /// What the page is about, in a sentence.
    pub lead: String,
    /// What was signed, and by whom.
    pub paper: [Section; 2],
    /// The way to what was signed.
    pub texts: Link,
    /// Whether anybody signed.
    pub is_signed: bool,
}

impl Certificate {
    /// The page: what was signed, and how that is checked.
    ///
    /// # Errors
    ///
    /// As of the ledger of the record, and where the page cannot be written.
    pub async fn answer(self, web: &Web, visitor: &Visitor, dossier: &Dossier) -> Result<Response, AppError> {
        let ledger = web.app.ledger(visitor.principal(), dossier.kind, &dossier.reference).await?;
        let none = "Nobody has signed yet: this page says what is recorded so far.";
        Sheet::of(web, visitor, format!("Certificate of {}", dossier.reference))
            .under(dossier.kind, &dossier.reference)
            .here("Certificate")
            .lead(self.lead)
            .sections(self.paper)
            .section(chain(dossier, PageClock::at(&web.app, dossier.now)))
            .section(heads(&ledger))
            .section(verification(self.texts))
            .said((!self.is_signed).then(|| Alert::new(Tone::Info, none)))
            .answer()
    }
}

/// What was signed, and by whom.
pub fn paper(view: &ConditionView, clock: PageClock) -> [Section; 2] {
    [about(view, clock), signatures(view, clock)]
}

fn about(view: &ConditionView, clock: PageClock) -> Section {
    let mut facts = Facts::new()
        .with("As of", clock.plain(clock.now))
        .with("Condition", Inline::text(&view.title))
        .with("Attached to", link(&view.attached_to))
        .with("Stage", Inline::Tag(words::label(view.stage)))
        .with("Since", clock.plain(view.since.at))
        .with("Protects", Inline::text(words::side(view.protected)))
        .with("Binds", Inline::text(words::side(view.bound)));
    if let Some(agreed) = &view.agreed {
        let number = view.texts.iter().find(|text| text.digest == agreed.digest.as_str()).map(|text| text.number);
        facts = facts
            .some("Agreed text", Inline::text(number.map(|number| format!("Text {number}")).unwrap_or_default()))
            .with("SHA-256 of the agreed text", Inline::Code(agreed.digest.as_str().to_owned()))
            .with("Binds from", clock.plain(agreed.effective_at))
            .some("Binds until", Inline::maybe(agreed.expires_at, |at| clock.plain(at).into()));
    }
    Section::new("about", "What was signed").with(facts)
}

fn signatures(view: &ConditionView, clock: PageClock) -> Section {
    let agreed = view.agreed.as_ref().map(|agreed| agreed.digest.as_str());
    let table = signature_table(&view.signatures, agreed, "The agreed text", clock);
    let acknowledged = Inline::list(view.acknowledged_by.iter().map(Inline::person));
    let section = Section::new("signatures", "Who signed").with(table);
    if acknowledged == Inline::None {
        section
    } else {
        section.with(Facts::new().with("Acknowledged by", acknowledged))
    }
}

/// The signatures, each with whether it is on the text of this digest, which is called so.
pub fn signature_table<'a>(
    signatures: impl IntoIterator<Item = &'a SignatureView>,
    digest: Option<&str>,
    called: &str,
    clock: PageClock,
) -> Table {
    let rows = signatures.into_iter().map(|signature| {
        let side = signature.side.map(words::side).unwrap_or_default();
        let same = if digest == Some(signature.digest.as_str()) { called } else { "Another text" };
        let organization = signature.organization.as_ref().map_or_else(|| Inline::text(side), Inline::party);
        Row::new(vec![
            Inline::text(&signature.typed_name),
            Inline::person(&signature.by),
            organization,
            Inline::text(&signature.capacity),
            clock.plain(signature.at.at).into(),
            Inline::List(vec![Inline::text(same), Inline::Code(signature.digest.clone())]),
        ])
    });
    let columns = ["Typed name", "Account", "Organization", "Capacity", "When", "What was signed"];
    Table::new("Signatures", &columns, "No organization has signed.").with(rows)
}

/// What was recorded of the record, each with the hash that chains it.
fn chain(dossier: &Dossier, clock: PageClock) -> Section {
    let own = dossier.happened.iter().rev().filter(|one| one.reference == dossier.reference);
    let rows = own.map(|one| {
        let entry = &one.entry;
        Row::new(vec![
            Inline::text(words::event(&entry.event)),
            Inline::text(by(entry)),
            clock.plain(entry.recorded_at.at).into(),
            Inline::text(format!("{}, {}", words::audience(entry.audience), entry.number)),
            Inline::Code(entry.hash.clone()),
        ])
    });
    let columns = ["What", "By", "Recorded", "Place in its stream", "Hash"];
    let table = Table::new("Events with their hashes, the oldest first", &columns, "None.").with(rows);
    Section::new("events", "What was recorded").with(table)
}

/// The newest hashes of the record's chains, and how a hash is computed.
fn heads(ledger: &RecordLedger) -> Section {
    let rows = ledger.streams.iter().map(|stream| {
        let links = Inline::text(stream.head.sequence.to_string());
        Row::new(vec![Inline::text(words::audience(stream.audience)), links, Inline::Code(stream.head.hash.clone())])
    });
    let columns = ["Known to", "Links", "Hash of the newest link"];
    Section::new("chain", "Where the chain stands")
        .with(Table::new("Chains of this record", &columns, "None that you may see.").with(rows))
        .with(
            Facts::new()
                .with("A link’s hash", Inline::Code(ledger.link.to_owned()))
                .with("What it commits to", Inline::Code(ledger.commitment.to_owned())),
        )
}

/// How to check it, and the way to the text that was signed.
fn verification(text: Link) -> Section {
    let steps = [
        "Keep this page, or its hashes, where this service cannot change them.",
        "Compare the SHA-256 of the text that you hold with the one above: the same bytes have the same digest.",
        "Take an export package of the engagement out, and run `anteroom verify --package` on it: it computes every link \
         anew, without the service.",
        "The operator runs `anteroom verify` on the database: every record is folded anew from its events and compared.",
    ];
    let lines = steps.iter().map(|step| Inline::text(*step));
    Section::new("verification", "How to check this")
        .with(Part::Line(Inline::list(lines)))
        .with(Part::Line(Inline::Link(text)))
}
