//! A version that the office brought: its text as it is written, a preview of what it says, and its keys.

use axum::{extract::State, response::Response, routing::get};

use super::{PATH, draft_state, version};
use crate::{
    app::{
        AppError,
        framework::{DraftEntry, DraftState, DraftText, NewFramework},
    },
    authz::administration::AdministrativeAction as A,
    domain::{
        framework::{Framework, Written},
        text::Attested,
    },
    web::{
        Web, done,
        extract::{
            ApiQuery, Path,
            visitor::{Fields, Member, MemberPosted, Visitor},
        },
        pages::{
            PageRoute,
            administration::{clock, sheet, way},
            sheet::{Asked, Sheet},
            time::PageClock,
            ui::{Acts, Control, Facts, FieldView, FormView, Inline, Part, Section},
            wrong::Wrong,
        },
    },
};

/// The form of a new one.
pub(super) const NEW: &str = "/administration/framework/new";

/// Characters of a version at most.
const MOST: usize = 200_000;

/// What the page says was done.
const DONE: [(&str, &str); 4] = [
    ("drafted", "The version was kept as a draft."),
    ("offered", "You turned the first key. Another owner turns the second."),
    ("retracted", "The offer was taken back."),
    ("activated", "The version counts from its date on."),
];

pub(super) fn routes() -> Vec<PageRoute> {
    vec![
        PageRoute::form(NEW, get(page).post(write)),
        PageRoute::get("/administration/framework/drafts/{digest}", get(one)),
    ]
}

/// The page of a draft.
pub(super) fn path(draft: &DraftEntry) -> String {
    format!("{PATH}/drafts/{}", draft.digest.as_str())
}

/// A page below the drafts.
pub(super) fn below(web: &Web, visitor: &Visitor, draft: &DraftEntry, title: &str) -> Sheet {
    let name = format!("Draft of {}", draft.version);
    sheet(web, visitor, title).below(PATH, "Framework versions").below(path(draft), name)
}

async fn page(State(web): State<Web>, Member(visitor): Member) -> Result<Response, AppError> {
    if !web.app.offers(visitor.principal(), A::ManageFramework) {
        return Err(AppError::Forbidden);
    }
    form(&web, &visitor, &Fields::default(), None)
}

fn form(web: &Web, visitor: &Visitor, typed: &Fields, wrong: Option<&Wrong>) -> Result<Response, AppError> {
    let text = Control::Area { value: typed.get("text").to_owned(), most: Some(MOST) };
    let form = FormView::new("draft", NEW, &visitor.csrf, "Keep it as a draft")
        .field(
            FieldView::of("text", "The version, in TOML", text)
                .hinted("Its text never changes: another text is another draft."),
        )
        .field(FieldView::of(
            "unclassified_attestation",
            "Nothing that I enter here is classified",
            Control::Check { ticked: false },
        ))
        .or_back(PATH, "Back without drafting");
    sheet(web, visitor, "Draft a framework version").below(PATH, "Framework versions").form(form, wrong).answer()
}

async fn write(State(web): State<Web>, MemberPosted { visitor, fields }: MemberPosted) -> Result<Response, AppError> {
    if fields.get("unclassified_attestation") != "true" {
        let wrong = Wrong::at("unclassified_attestation", "the act needs this attestation");
        return form(&web, &visitor, &fields, Some(&wrong));
    }
    let new = NewFramework { text: fields.get("text").replace("\r\n", "\n"), unclassified_attestation: Attested };
    match web.app.draft_framework(visitor.principal(), &new).await {
        Ok(draft) => Ok(done::led(&format!("{}?done=drafted", path(&draft)))),
        Err(error) => form(&web, &visitor, &fields, Some(&Wrong::of(error)?)),
    }
}

async fn one(
    State(web): State<Web>,
    Member(visitor): Member,
    Path(digest): Path<String>,
    ApiQuery(asked): ApiQuery<Asked>,
) -> Result<Response, AppError> {
    let draft = web.app.framework_draft(visitor.principal(), &digest).await?;
    let clock = clock(&web);
    let page = sheet(&web, &visitor, &format!("Draft of {}", draft.entry.version))
        .below(PATH, "Framework versions")
        .said(asked.said(&DONE))
        .with(facts(&draft.entry, clock))
        .section(Section::new("actions", "What you can do").with(acts(&draft.entry)));
    let preview = preview(&draft).map_or_else(Vec::new, |version| version::sections(&version, clock, false));
    let page = preview.into_iter().fold(page, Sheet::section);
    page.section(Section::new("text", "As it is written").with(Part::Text(draft.text))).answer()
}

/// What the draft says; it checked when it was kept.
fn preview(draft: &DraftText) -> Option<Framework> {
    Written { toml: draft.text.clone(), texts: draft.texts.clone() }.read().ok()
}

fn facts(draft: &DraftEntry, clock: PageClock) -> Facts {
    let offer = draft.offer.as_ref();
    Facts::new()
        .with("State", Inline::Tag(draft_state(draft.state).to_owned()))
        .with("From", Inline::from(clock.day(draft.effective_from)))
        .with("SHA-256", Inline::Code(draft.digest.as_str().to_owned()))
        .with("Drafted", Inline::from(clock.plain(draft.drafted_at)))
        .some("First key turned", Inline::maybe(offer, |offer| clock.plain(offer.at).into()))
        .some("The offer lapses", Inline::maybe(offer, |offer| clock.instant(offer.lapses_at).into()))
        .some("Second key turned", Inline::maybe(draft.activated_at, |at| clock.plain(at).into()))
}

fn acts(draft: &DraftEntry) -> Acts {
    let to = |key: &str| format!("{}/{key}", path(draft));
    let mut open = match draft.state {
        DraftState::Draft => vec![way(&to("offer"), "Turn the first key", "Offers to activate this text on its date.")],
        DraftState::Offered => vec![
            way(&to("accept"), "Turn the second key", "Another owner, none who wrote it, makes the version count."),
            way(&to("retract"), "Take the offer back", "The version is a draft again."),
        ],
        DraftState::Active => Vec::new(),
    };
    let differs = format!("{PATH}/{}/differences", draft.digest.as_str());
    open.push(way(&differs, "Compare", "What it says differently from the version in force."));
    Acts { open, blocked: Vec::new() }
}
