//! Invitations by mail: who was asked in, what became of it, and a new one.

use axum::{
    extract::State,
    response::Response,
    routing::{get, post},
};
use uuid::Uuid;

use super::{
    new_account::{offering, person, read},
    sheet, system_clock,
};
use crate::{
    app::{
        AppError,
        identity::{InvitationEntry, InvitationState, NewAccount, NewInvitation},
    },
    authz::administration::AdministrativeAction as A,
    web::{
        Web, done,
        extract::{
            ApiQuery, Path,
            visitor::{Fields, Member, MemberPosted, Visitor},
        },
        pages::{
            PageRoute,
            sheet::ListAsked,
            time::PageClock,
            ui::{FormView, Inline, Press, Row, Table},
            words,
            wrong::Wrong,
        },
    },
};

/// The list.
const PATH: &str = "/administration/invitations";

/// The form of a new one.
const NEW: &str = "/administration/invitations/new";

/// What the list says was done.
const DONE: [(&str, &str); 3] = [
    ("made", "The invitation goes out by mail."),
    ("revoked", "The invitation was taken back: its link works no more."),
    ("again", "The invitation goes out again, with another link."),
];

pub(super) fn routes() -> Vec<PageRoute> {
    vec![
        PageRoute::get(PATH, get(list)),
        PageRoute::form(NEW, get(page).post(make)),
        PageRoute::post("/administration/invitations/{invitation}/revoke", post(revoke)),
        PageRoute::post("/administration/invitations/{invitation}/resend", post(resend)),
    ]
}

async fn list(
    State(web): State<Web>,
    Member(visitor): Member,
    ApiQuery(asked): ApiQuery<ListAsked>,
) -> Result<Response, AppError> {
    let invitations = web.app.invitations(visitor.principal()).await?;
    let organizations = web.app.organizations(visitor.principal()).await?;
    let clock = system_clock(&web);
    let row = |one: &InvitationEntry| {
        let of = organizations.iter().find(|known| known.id == one.organization).map(|known| known.name.clone());
        row(one, of, &visitor, clock)
    };
    let columns = ["Person", "Mail address", "Organization", "Roles", "How", "Mailed", "State", "Change"];
    let empty = "Nobody of your organization invited anybody yet. “Invite somebody” mails the first link.";
    let table = Table::new("Invitations, the newest first", &columns, empty).with(invitations.iter().map(row));
    sheet(&web, &visitor, "Invitations")
        .said(asked.said(&DONE))
        .with(Inline::link(NEW, "Invite somebody"))
        .with(table)
        .listed(asked.format, "invitations", PATH)
}

fn row(one: &InvitationEntry, organization: Option<String>, visitor: &Visitor, clock: PageClock) -> Row {
    let (state, open) = match one.state {
        InvitationState::Open => ("Open", true),
        InvitationState::Accepted => ("Accepted", false),
        InvitationState::Revoked => ("Taken back", false),
        InvitationState::Expired => ("Ended by time", true),
    };
    let press = |what: &str, label: &str| {
        let about = format!("the invitation of {}", one.name);
        Inline::from(Press::new(format!("{PATH}/{}/{what}", one.id), &visitor.csrf, label, about))
    };
    let change = if open { vec![press("resend", "Mail again"), press("revoke", "Take back")] } else { Vec::new() };
    Row::new(vec![
        Inline::text(one.name.clone()),
        Inline::text(one.email.clone()),
        Inline::maybe(organization, Inline::text),
        Inline::list(one.roles.iter().map(|role| Inline::text(words::role(*role)))),
        Inline::text(if one.external { "By links" } else { "With a password" }),
        clock.instant(one.sent_at).into(),
        Inline::text(state),
        Inline::list(change),
    ])
}

async fn page(State(web): State<Web>, Member(visitor): Member) -> Result<Response, AppError> {
    form(&web, &visitor, &Fields::default(), None).await
}

async fn form(web: &Web, visitor: &Visitor, typed: &Fields, wrong: Option<&Wrong>) -> Result<Response, AppError> {
    let organizations = offering(web, visitor, A::Invite).await?;
    if organizations.is_empty() {
        return Err(AppError::Forbidden);
    }
    let form = FormView::new("invitation", NEW, &visitor.csrf, "Send the invitation")
        .fields(person(web, typed, &organizations))
        .or_back(PATH, "Back without inviting");
    sheet(web, visitor, "Invite somebody")
        .below(PATH, "Invitations")
        .lead("A mail with a link goes to the address. The account is made when the invitation is accepted.")
        .form(form, wrong)
        .answer()
}

async fn make(State(web): State<Web>, MemberPosted { visitor, fields }: MemberPosted) -> Result<Response, AppError> {
    let made = match read(&fields) {
        Ok(NewAccount { email, name, organization, roles }) => {
            let new = NewInvitation { email, name, organization: Some(organization), roles };
            web.app.make_invitation(visitor.principal(), &new).await.map(|_| ())
        }
        Err(error) => Err(error),
    };
    match made {
        Ok(()) => Ok(done("made")),
        Err(error) => form(&web, &visitor, &fields, Some(&Wrong::of(error)?)).await,
    }
}

fn done(what: &str) -> Response {
    done::led(&format!("{PATH}?done={what}"))
}

fn id(text: &str) -> Result<Uuid, AppError> {
    Uuid::parse_str(text).map_err(|_| AppError::NotFound)
}

async fn revoke(
    State(web): State<Web>,
    Path(invitation): Path<String>,
    MemberPosted { visitor, .. }: MemberPosted,
) -> Result<Response, AppError> {
    web.app.revoke_invitation(visitor.principal(), id(&invitation)?).await?;
    Ok(done("revoked"))
}

async fn resend(
    State(web): State<Web>,
    Path(invitation): Path<String>,
    MemberPosted { visitor, .. }: MemberPosted,
) -> Result<Response, AppError> {
    web.app.resend_invitation(visitor.principal(), id(&invitation)?).await?;
    Ok(done("again"))
}
