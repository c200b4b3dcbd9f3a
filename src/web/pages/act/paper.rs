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
            record::{decided, nomination_keys},
            time::PageClock,
            ui::{Alert, Facts, Inline, Part, Row, Section, Table, Tone},
            words,
        },
    },
};

/// The acts by which a nomination is decided on.
const ON_NOMINATIONS: [&str; 6] =
    ["concur", "decline", "consent", "revoke-consent", "record-no-objection", "reconsider"];

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
        (RecordView::Nomination(view), name) if ON_NOMINATIONS.contains(&name) => {
            let recusal = recusal(dossier).filter(|_| name == "concur");
            recusal.into_iter().chain(nominated(view, clock, side)).collect()
        }
        (RecordView::Grant(view), "approve" | "recertify") => held(web, visitor, view, clock).await?,
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
        (RecordView::Nomination(NominationView { screening_nda: Some(text), .. }), "sign-screening-nda") => {
            Some(form::intent(Some(organization), &text.title, None))
        }
        (RecordView::Approach(view), "sign-screening-nda") => {
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

/// The partner's statements and the two keys.
fn nominated(view: &NominationView, clock: PageClock, side: crate::domain::actor::Side) -> Vec<Section> {
    decided(view).into_iter().chain(nomination_keys(view, clock, side)).collect()
}

/// What a person's access still lacks, and what is recorded of the person, as far as the reader may know it.
async fn held(web: &Web, visitor: &Visitor, view: &GrantView, clock: PageClock) -> Result<Vec<Section>, AppError> {
    let missing = view.unmet.iter().map(|one| Inline::text(words::unmet(&one.unmet)));
    let facts = Facts::new()
        .with("Holder", Inline::person(&view.holder))
        .with("Organization", Inline::party(&view.holder_organization))
        .with("Why access is needed", Inline::Lines(view.need_to_know.clone()))
        .some("What access still lacks", Inline::list(missing));
    let mut sections = vec![Section::new("holder", "Whose access it is").with(facts)];
    let known = view.holder.id.filter(|_| view.side == visitor.principal().actor.side);
    if let Some(id) = known {
        match web.app.dossier(visitor.principal(), Kind::Prerequisites, &id.to_string()).await {
            Ok(dossier) => {
                let told = crate::web::pages::particulars::facts(&dossier.view, clock, &["kind", "reference"]);
                sections.push(Section::new("prerequisites", "What is recorded of the person").with(told));
            }
            Err(AppError::NotFound | AppError::Forbidden) => {}
            Err(error) => return Err(error),
        }
    }
    Ok(sections)
}
