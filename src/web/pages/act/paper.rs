//! What a person has to know before deciding: who signed already, the two keys of a nomination, what a holder of access
//! lacks, and the statement that is attested to.

use crate::{
    app::{
        AppError, Dossier,
        view::{ConditionView, GrantView, NominationView, RecordView},
    },
    domain::{action::Action, id::Kind, prerequisites::STATEMENT},
    web::{
        Web,
        extract::visitor::Visitor,
        pages::{
            form,
            record::{decided, nomination_header, nomination_keys},
            time::PageClock,
            ui::{Alert, Facts, Inline, Part, Row, Section, Table, Tone},
            words,
        },
    },
};

/// The acts by which a reviewer's vote is given or taken back: whoever ought not to vote is asked to leave first.
const VOTES: [&str; 3] = ["concur", "decline-concurrence", "revoke-vote"];

/// The act that signs what stands on the form already.
const SIGNS_SCREENING: &str = "sign-screening-nda";

/// The acts on access that a person's attestation, training and screening decide.
const ON_PAPERS: [&str; 4] = ["clear-prerequisites", "approve", "recertify", "lift-suspension"];

/// What to read before the form of this act.
///
/// # Errors
/// [`AppError::Busy`] if the store is not at hand.
pub async fn sections(
    web: &Web,
    visitor: &Visitor,
    action: Action,
    dossier: &Dossier,
    clock: PageClock,
) -> Result<Vec<Section>, AppError> {
    let side = visitor.principal().actor.side;
    Ok(match (&dossier.view, action.name) {
        (RecordView::Condition(view), "sign") => vec![signed(view, clock)],
        (RecordView::Condition(view), "acknowledge") => {
            let own = Some(visitor.principal().actor.account.0);
            let done = view.acknowledged_by.iter().any(|person| person.id == own);
            done.then(acknowledged).into_iter().chain([signed(view, clock)]).collect()
        }
        (RecordView::Nomination(view), name) if name != SIGNS_SCREENING => {
            let recusal = recusal(dossier).filter(|_| VOTES.contains(&name));
            recusal.into_iter().chain(nominated(view, clock, side)).collect()
        }
        (RecordView::Grant(view), name) => {
            let mut sections = vec![held(view, clock)];
            if ON_PAPERS.contains(&name) {
                sections.extend(prerequisites(web, visitor, view, clock).await?);
            }
            sections
        }
        (RecordView::Prerequisites(_), "attest") => {
            vec![Section::new("statement", "What you attest to").with(Part::Text(STATEMENT.to_owned()))]
        }
        _ => Vec::new(),
    })
}

/// What whoever signs this record says to mean; nothing for other acts.
pub fn intent(action: Action, view: &RecordView, organization: &str) -> Option<String> {
    match (view, action.name) {
        (RecordView::Condition(view), "sign") => Some(form::intent(Some(organization), &view.title, number(view))),
        (RecordView::Condition(view), "acknowledge") => Some(form::intent(None, &view.title, number(view))),
        (RecordView::Nomination(view), SIGNS_SCREENING) => {
            view.screening_nda.as_ref().map(|text| form::intent(Some(organization), &text.title, None))
        }
        (RecordView::Approach(view), SIGNS_SCREENING) => {
            view.screening_nda.as_ref().map(|text| form::intent(Some(organization), &text.title, None))
        }
        (RecordView::Prerequisites(_), "attest") => Some("I attest to the statement above for myself.".to_owned()),
        _ => None,
    }
}

/// What happened to the record since a form was opened that comes too late: the newest entries, beyond those that there
/// were then.
pub fn since(dossier: &Dossier, seen: usize, clock: PageClock) -> Section {
    let new = dossier.happened.len().saturating_sub(seen);
    let rows = dossier.happened.iter().take(new).map(|one| {
        let entry = &one.entry;
        let by = Inline::text(&entry.by.name);
        Row::new(vec![Inline::text(words::event(&entry.event)), by, clock.plain(entry.recorded_at.at).into()])
    });
    let empty = "Nothing that you are told of. Read the record again before you go on.";
    let table = Table::new("What changed since you opened this form", &["What", "By", "When"], empty).with(rows);
    Section::new("happened-since", "What changed since you opened this form").with(table)
}

/// Which of the condition's texts is agreed.
fn number(view: &ConditionView) -> Option<u32> {
    let agreed = view.agreed.as_ref()?;
    view.texts.iter().find(|text| text.digest == agreed.digest.as_str()).map(|text| text.number)
}

/// Who signed already, and from when until when the text binds.
fn signed(view: &ConditionView, clock: PageClock) -> Section {
    let rows = view.signatures.iter().map(|one| {
        let side = one.side.map(words::side).unwrap_or_default();
        let (name, capacity) = (Inline::text(&one.typed_name), Inline::text(&one.capacity));
        Row::new(vec![Inline::text(side), name, capacity, clock.plain(one.at.at).into()])
    });
    let table = Table::new("Who signed already", &["Side", "Name", "Capacity", "When"], "Nobody has signed yet.");
    let mut facts = Facts::new();
    if let Some(agreed) = &view.agreed {
        let until = agreed.expires_at.map(|at| clock.plain(at).into());
        let open = Inline::text("As long as what it is attached to lasts");
        facts = facts.with("Binds from", clock.plain(agreed.effective_at)).with("Binds until", until.unwrap_or(open));
    }
    Section::new("signed", "Where the signatures stand").with(facts).with(table.with(rows))
}

fn acknowledged() -> Section {
    let said = "You have acknowledged this text already. Nothing is left for you to do.";
    Section::new("acknowledged", "Your acknowledgement").with(Alert::new(Tone::Info, said))
}

/// Whoever has a conflict of interest leaves before voting.
fn recusal(dossier: &Dossier) -> Option<Section> {
    dossier.actions.iter().find(|action| action.action == "recuse" && action.allowed)?;
    let href = format!("/{}/{}/recuse", Kind::Nomination.plural(), dossier.reference);
    let way = Inline::list([Inline::text("Is there a reason to recuse?"), Inline::link(href, "Recuse instead")]);
    Some(Section::new("recusal", "Before you vote").with(Part::Line(way)))
}

/// Where the nomination stands, the partner's statements and the two keys.
fn nominated(view: &NominationView, clock: PageClock, side: crate::domain::actor::Side) -> Vec<Section> {
    let stands = Section::new("record", "Where it stands").with(nomination_header(view, clock));
    std::iter::once(stands).chain(decided(view)).chain(nomination_keys(view, clock, side)).collect()
}

/// Whose access it is, where it stands, and what it still lacks.
fn held(view: &GrantView, clock: PageClock) -> Section {
    let missing = view.unmet.iter().map(|one| Inline::text(words::unmet(&one.unmet)));
    let facts = Facts::new()
        .with("Holder", Inline::person(&view.holder))
        .with("Organization", Inline::party(&view.holder_organization))
        .with("Role", Inline::text(words::role(view.role)))
        .with("Why access is needed", Inline::Lines(view.need_to_know.clone()))
        .with("Stage", Inline::Tag(words::label(view.stage)))
        .with("Since", clock.moment(&view.since))
        .with("Requested by", Inline::person(&view.requested_by))
        .some("Approved by", Inline::maybe(view.approved_by.as_ref(), Inline::person))
        .some("Last certified as needed", Inline::maybe(view.certified_at.as_ref(), |at| clock.moment(at).into()))
        .with("Access now", Inline::yes(view.effective))
        .some("Access until", Inline::maybe(view.effective_until.as_ref(), |at| clock.moment(at).into()))
        .some("What access still lacks", Inline::list(missing));
    Section::new("holder", "Whose access it is").with(facts)
}

/// What is recorded of the person, as far as the reader may know it.
async fn prerequisites(
    web: &Web,
    visitor: &Visitor,
    view: &GrantView,
    clock: PageClock,
) -> Result<Option<Section>, AppError> {
    let known = view.holder.id.filter(|_| view.side == visitor.principal().actor.side);
    let Some(id) = known else { return Ok(None) };
    match web.app.dossier(visitor.principal(), Kind::Prerequisites, &id.to_string()).await {
        Ok(dossier) => {
            let told = crate::web::pages::particulars::facts(&dossier.view, clock, &["kind", "reference"]);
            Ok(Some(Section::new("prerequisites", "What is recorded of the person").with(told)))
        }
        Err(AppError::NotFound | AppError::Forbidden) => Ok(None),
        Err(error) => Err(error),
    }
}
