//! One account: its roles, and what may be done with it.

use axum::{
    extract::State,
    response::Response,
    routing::{get, post},
};
use uuid::Uuid;

use super::{account_acts::Act, accounts, clock, organization, sessions, sheet, way};
use crate::{
    app::{
        AppError,
        identity::{AccountEntry, RoleEntry},
    },
    authz::administration::AdministrativeAction as A,
    domain::id::AccountId,
    web::{
        Web,
        extract::{
            ApiQuery, Path,
            visitor::{Member, MemberPosted, Visitor},
        },
        pages::{
            PageRoute,
            sheet::{ListAsked, Sheet},
            time::PageClock,
            ui::{Acts, Alert, Facts, Inline, Part, Press, Row, Section, Table, Tone},
            words,
        },
    },
};

/// What the page says was done.
const DONE: [(&str, &str); 7] = [
    ("role", "The role was given, or asked for where it takes two people."),
    ("confirmed", "The role counts from now on."),
    ("ended", "The role ended."),
    ("disabled", "The account was disabled, and its sessions ended."),
    ("enabled", "The account was enabled again."),
    ("removed", "The person was removed: roles and sessions ended."),
    ("created", "The account was made."),
];

pub(super) fn routes() -> Vec<PageRoute> {
    vec![
        PageRoute::get("/administration/accounts/{account}", get(page)),
        PageRoute::post("/administration/accounts/{account}/invite", post(invite)),
    ]
}

/// The account with this id, if one may know of it.
pub(super) async fn known(web: &Web, visitor: &Visitor, id: &str) -> Result<AccountEntry, AppError> {
    let id = AccountId(Uuid::parse_str(id).map_err(|_| AppError::NotFound)?);
    let all = web.app.accounts(visitor.principal(), None).await?;
    all.into_iter().find(|account| account.id == id).ok_or(AppError::NotFound)
}

/// The page of an account.
pub(super) fn path(account: &AccountEntry) -> String {
    format!("{}/{}", accounts::PATH, account.id)
}

/// A page below an account's.
pub(super) fn below(web: &Web, visitor: &Visitor, account: &AccountEntry, title: &str) -> Sheet {
    sheet(web, visitor, title).below(accounts::PATH, "Accounts").below(path(account), account.name.clone())
}

async fn page(
    State(web): State<Web>,
    Member(visitor): Member,
    Path(account): Path<String>,
    ApiQuery(asked): ApiQuery<ListAsked>,
) -> Result<Response, AppError> {
    let account = known(&web, &visitor, &account).await?;
    let names = names(&web, &visitor).await?;
    let organizations = web.app.organizations(visitor.principal()).await?;
    let of = organizations.iter().find(|one| one.id == account.organization);
    let of = Inline::maybe(of, |one| Inline::link(organization::path(one), one.name.clone()));
    let facts = Facts::new()
        .with("Mail address", Inline::text(account.email.clone()))
        .with("Organization", of)
        .with("Side", words::side(account.side))
        .with("Second factor", if account.second_factor { "Set up" } else { "Not set up" })
        .with("Account", if account.active { "Open" } else { "Disabled" });
    let page = sheet(&web, &visitor, &account.name).below(accounts::PATH, "Accounts").said(asked.said(&DONE));
    let page = match account.mail_returns_since {
        Some(since) => page.with(mail_returns(&clock(&web).plain(since).text)),
        None => page,
    };
    page.with(facts)
        .section(Section::new("roles", "Roles").with(roles(&web, &visitor, &account, &names, clock(&web))))
        .section(actions(&web, &visitor, &account))
        .listed(asked.format, "roles", &path(&account))
}

/// What is to be done where mail to a person comes back.
fn mail_returns(since: &str) -> Alert {
    let said = format!(
        "Since {since} mail to this person comes back, and what is not legally operative is not sent any more."
    );
    let next =
        "Find out the person’s right address; then say under “Mail that did not arrive” that it was looked after.";
    Alert::headed(Tone::Warning, "Mail does not arrive", vec![said, next.to_owned()])
}

/// The names of the people that one may know of.
async fn names(web: &Web, visitor: &Visitor) -> Result<Vec<(AccountId, String)>, AppError> {
    let all = web.app.accounts(visitor.principal(), None).await?;
    Ok(all.into_iter().map(|one| (one.id, one.name)).collect())
}

fn roles(
    web: &Web,
    visitor: &Visitor,
    account: &AccountEntry,
    names: &[(AccountId, String)],
    clock: PageClock,
) -> Table {
    let somebody = |id: Option<AccountId>| match id {
        Some(id) => {
            let name = names.iter().find(|(known, _)| *known == id).map(|(_, name)| name.clone());
            Inline::text(name.unwrap_or_else(|| "Somebody elsewhere".to_owned()))
        }
        None => Inline::text("The operator"),
    };
    let row = |entry: &RoleEntry| {
        let at = format!("{}/roles/{}", path(account), entry.id);
        let name = words::role(entry.role);
        let about = format!("{name} of {}", account.name);
        let offers = |action| web.app.offers_on(visitor.principal(), action, account, entry.asked_by);
        let confirm = entry.confirmed_at.is_none() && offers(A::ConfirmRole);
        let confirm = confirm.then(|| Inline::link(format!("{at}/confirm"), format!("Confirm {name}")));
        let end = offers(A::EndRole).then(|| Press::new(format!("{at}/end"), &visitor.csrf, "End", about).into());
        let counts = entry.confirmed_at.map(|at| Inline::from(clock.instant(at)));
        Row::new(vec![
            Inline::text(name),
            somebody(entry.asked_by),
            clock.plain(entry.asked_at).into(),
            counts.unwrap_or_else(|| Inline::Tag("Waits for a second person".to_owned())),
            if entry.confirmed_at.is_some() { somebody(entry.confirmed_by) } else { Inline::None },
            Inline::list(confirm.into_iter().chain(end)),
        ])
    };
    let columns = ["Role", "Asked by", "Asked", "Counts since", "Confirmed by", "Change"];
    Table::new("Roles that were given or asked for", &columns, "No role yet.").with(account.roles.iter().map(row))
}

/// What may be done; a link for the first password is refused once there is one.
fn actions(web: &Web, visitor: &Visitor, account: &AccountEntry) -> Section {
    let section = Section::new("actions", "What you can do").with(acts(web, visitor, account));
    if !web.app.offers_on(visitor.principal(), A::InviteAccount, account, None) {
        return section;
    }
    let link = Press::new(format!("{}/invite", path(account)), &visitor.csrf, "Show a link", &*account.name);
    section.with(Part::Heading("First password".to_owned())).with(Inline::from(link))
}

fn acts(web: &Web, visitor: &Visitor, account: &AccountEntry) -> Acts {
    let offers = |action| web.app.offers_on(visitor.principal(), action, account, None);
    let mut open = Vec::new();
    if web.app.roles_of(account.side).into_iter().any(|role| offers(A::AskRole(role))) {
        open.push(way(&format!("{}/roles", path(account)), "Give a role", "Asks for it, where it takes two people."));
    }
    if offers(A::ManageSessions) {
        open.push(way(&sessions::of(account), "See the sessions", "Where the person is signed in; each can be ended."));
    }
    let fitting = Act::ALL.into_iter().filter(|act| act.fits(account) && offers(act.action()));
    open.extend(fitting.map(|act| way(&format!("{}/{}", path(account), act.name()), act.label(), act.summary())));
    Acts { open, blocked: Vec::new() }
}

/// Another link for somebody who has no password yet, shown once.
async fn invite(
    State(web): State<Web>,
    Path(account): Path<String>,
    MemberPosted { visitor, .. }: MemberPosted,
) -> Result<Response, AppError> {
    let account = known(&web, &visitor, &account).await?;
    let invitation = web.app.invite(visitor.principal(), account.id).await?;
    let once = "Hand the link to the person yourself: it is not shown again, and no mail carries it.";
    below(&web, &visitor, &account, "Link for the first password")
        .said(Some(Alert::new(Tone::Success, once)))
        .with(
            Facts::new()
                .with("Link", Inline::Code(invitation.link))
                .with("Stops working", Inline::from(super::system_clock(&web).instant(invitation.expires_at))),
        )
        .answer()
}
