//! One account: its roles, and what may be done with it.

use axum::{
    extract::State,
    response::{IntoResponse as _, Redirect, Response},
    routing::{get, post},
};
use uuid::Uuid;

use super::{accounts, clock, sheet, way};
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
            visitor::{Fields, Member, MemberPosted, Visitor},
        },
        pages::{
            PageRoute, proof,
            sheet::{Asked, Sheet},
            time::PageClock,
            ui::{Acts, Alert, Facts, FormView, Inline, Part, Press, Row, Section, Table, Tone},
            words,
            wrong::Wrong,
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
    let act = |act: Act| {
        let path = format!("/administration/accounts/{{account}}/{}", act.name());
        let look = move |web, member, account| confirmation(web, member, account, act);
        let send = move |web, account, posted| carry_out(web, account, posted, act);
        PageRoute::form(path, get(look).post(send))
    };
    let mut routes = vec![
        PageRoute::get("/administration/accounts/{account}", get(page)),
        PageRoute::post("/administration/accounts/{account}/invite", post(invite)),
    ];
    routes.extend(Act::ALL.map(act));
    routes
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
    ApiQuery(asked): ApiQuery<Asked>,
) -> Result<Response, AppError> {
    let account = known(&web, &visitor, &account).await?;
    let names = names(&web, &visitor).await?;
    let organizations = web.app.organizations(visitor.principal()).await?;
    let of = organizations.into_iter().find(|one| one.id == account.organization).map(|one| one.name);
    let facts = Facts::new()
        .with("Mail address", Inline::text(account.email.clone()))
        .with("Organization", Inline::maybe(of, Inline::text))
        .with("Side", words::side(account.side))
        .with("Second factor", if account.second_factor { "Set up" } else { "Not set up" })
        .with("Account", if account.active { "Open" } else { "Disabled" });
    sheet(&web, &visitor, &account.name)
        .below(accounts::PATH, "Accounts")
        .said(asked.said(&DONE))
        .with(facts)
        .section(Section::new("roles", "Roles").with(roles(&web, &visitor, &account, &names, clock(&web))))
        .section(actions(&web, &visitor, &account))
        .answer()
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
    let fitting = Act::ALL.into_iter().filter(|act| act.fits(account) && offers(act.action()));
    open.extend(fitting.map(|act| way(&format!("{}/{}", path(account), act.name()), act.label(), act.summary())));
    Acts { open, blocked: Vec::new() }
}

/// What may be done with a whole account.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Act {
    Disable,
    Enable,
    Remove,
}

impl Act {
    const ALL: [Self; 3] = [Self::Disable, Self::Enable, Self::Remove];

    const fn name(self) -> &'static str {
        match self {
            Self::Disable => "disable",
            Self::Enable => "enable",
            Self::Remove => "remove",
        }
    }

    const fn label(self) -> &'static str {
        match self {
            Self::Disable => "Disable the account",
            Self::Enable => "Enable the account",
            Self::Remove => "Remove the person",
        }
    }

    const fn summary(self) -> &'static str {
        match self {
            Self::Disable => "Its sessions end at once, and nobody signs in with it until it is enabled again.",
            Self::Enable => "Its holder may sign in again.",
            Self::Remove => "Roles, sessions and what was granted for the roles end, for good.",
        }
    }

    const fn action(self) -> A {
        match self {
            Self::Disable | Self::Enable => A::DisableAccount,
            Self::Remove => A::RemoveAccount,
        }
    }

    const fn done(self) -> &'static str {
        match self {
            Self::Disable => "disabled",
            Self::Enable => "enabled",
            Self::Remove => "removed",
        }
    }

    /// Whether the act changes anything about the account as it is.
    const fn fits(self, account: &AccountEntry) -> bool {
        match self {
            Self::Disable | Self::Remove => account.active,
            Self::Enable => !account.active,
        }
    }

    async fn on(self, web: &Web, visitor: &Visitor, account: AccountId) -> Result<AccountEntry, AppError> {
        match self {
            Self::Disable => web.app.set_account_disabled(visitor.principal(), account, true).await,
            Self::Enable => web.app.set_account_disabled(visitor.principal(), account, false).await,
            Self::Remove => web.app.remove_account(visitor.principal(), account).await,
        }
    }
}

async fn confirmation(
    State(web): State<Web>,
    Member(visitor): Member,
    Path(account): Path<String>,
    act: Act,
) -> Result<Response, AppError> {
    let account = known(&web, &visitor, &account).await?;
    if !web.app.offers_on(visitor.principal(), act.action(), &account, None) {
        return Err(AppError::Forbidden);
    }
    question(&web, &visitor, &account, act, None)
}

fn question(
    web: &Web,
    visitor: &Visitor,
    account: &AccountEntry,
    act: Act,
    wrong: Option<&Wrong>,
) -> Result<Response, AppError> {
    let to = format!("{}/{}", path(account), act.name());
    let form = FormView::new("act", to, &visitor.csrf, act.label())
        .fields(proof::fields(visitor))
        .or_back(path(account), "Back without doing it");
    let title = format!("{}: {}", act.label(), account.name);
    below(web, visitor, account, &title).lead(act.summary()).form(form, wrong).answer()
}

async fn carry_out(
    State(web): State<Web>,
    Path(account): Path<String>,
    MemberPosted { visitor, fields }: MemberPosted,
    act: Act,
) -> Result<Response, AppError> {
    let account = known(&web, &visitor, &account).await?;
    let again = |wrong: &Wrong| question(&web, &visitor, &account, act, Some(wrong));
    let to = format!("{}?done={}", path(&account), act.done());
    proven(&web, &visitor, &fields, again, &to, act.on(&web, &visitor, account.id)).await
}

/// Carries out an act that asks for a fresh proof, and keeps the proof's cookie whatever comes of the act.
pub(super) async fn proven<T>(
    web: &Web,
    visitor: &Visitor,
    fields: &Fields,
    again: impl Fn(&Wrong) -> Result<Response, AppError>,
    to: &str,
    act: impl Future<Output = Result<T, AppError>>,
) -> Result<Response, AppError> {
    let cookie = match proof::given(web, visitor, fields).await {
        Ok(cookie) => cookie,
        Err(error) => return again(&Wrong::of(error)?),
    };
    let answer = match act.await {
        Ok(_) => Redirect::to(to).into_response(),
        Err(error) => match Wrong::of(error) {
            Ok(wrong) => again(&wrong)?,
            Err(error) => error.into_response(),
        },
    };
    proof::keep(answer, cookie.as_ref())
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
