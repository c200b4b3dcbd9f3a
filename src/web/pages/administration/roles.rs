//! Roles of an account: asked for, confirmed by a second person, ended.

use axum::{
    extract::State,
    response::Response,
    routing::{get, post},
};
use uuid::Uuid;

use super::account::{below, known, path};
use crate::{
    app::{
        AppError,
        identity::{AccountEntry, RoleEntry},
    },
    authz::administration::AdministrativeAction as A,
    domain::actor::Role,
    web::{
        Web, done,
        extract::{
            Path,
            visitor::{Fields, Member, MemberPosted, Visitor},
        },
        pages::{
            PageRoute, proof,
            ui::{Choice, Control, FieldView, FormView},
            words,
            wrong::Wrong,
        },
    },
};

pub(super) fn routes() -> Vec<PageRoute> {
    vec![
        PageRoute::form("/administration/accounts/{account}/roles", get(page).post(ask)),
        PageRoute::form("/administration/accounts/{account}/roles/{role}/confirm", get(question).post(confirm)),
        PageRoute::post("/administration/accounts/{account}/roles/{role}/end", post(end)),
    ]
}

async fn page(
    State(web): State<Web>,
    Member(visitor): Member,
    Path(account): Path<String>,
) -> Result<Response, AppError> {
    let account = known(&web, &visitor, &account).await?;
    if offered(&web, &visitor, &account).is_empty() {
        return Err(AppError::Forbidden);
    }
    asking(&web, &visitor, &account, &Fields::default(), None)
}

/// The roles that may be given to the account, or asked for.
fn offered(web: &Web, visitor: &Visitor, account: &AccountEntry) -> Vec<Role> {
    let held = |role: Role| account.roles.iter().any(|entry| entry.role == role);
    let may = |role: Role| web.app.offers_on(visitor.principal(), A::AskRole(role), account, None);
    web.app.roles_of(account.side).into_iter().filter(|role| !held(*role) && may(*role)).collect()
}

/// A role to choose, with whether it takes a second person.
pub(super) fn choice(role: Role, chosen: bool) -> Choice {
    let name = words::role(role);
    let label = if role.takes_two() { format!("{name} (takes a second person)") } else { name };
    Choice { value: role.code().to_owned(), label, chosen }
}

fn asking(
    web: &Web,
    visitor: &Visitor,
    account: &AccountEntry,
    typed: &Fields,
    wrong: Option<&Wrong>,
) -> Result<Response, AppError> {
    let choices = offered(web, visitor, account);
    let choices = choices.into_iter().map(|role| choice(role, typed.get("role") == role.code())).collect();
    let form = FormView::new("role", format!("{}/roles", path(account)), &visitor.csrf, "Give the role")
        .field(FieldView::of("role", "Role", Control::Radios(choices)))
        .fields(proof::fields(visitor))
        .or_back(path(account), "Back without doing it");
    below(web, visitor, account, &format!("Give a role to {}", account.name))
        .lead("A role that takes two people counts once a second person has confirmed it; others count at once.")
        .form(form, wrong)
        .answer()
}

async fn ask(
    State(web): State<Web>,
    Path(account): Path<String>,
    MemberPosted { visitor, fields }: MemberPosted,
) -> Result<Response, AppError> {
    let account = known(&web, &visitor, &account).await?;
    let again = |wrong: &Wrong| asking(&web, &visitor, &account, &fields, Some(wrong));
    let Some(role) = Role::from_code(fields.get("role")) else { return again(&Wrong::at("role", "choose one")) };
    let to = format!("{}?done=role", path(&account));
    Box::pin(proof::proven(
        &web,
        &visitor,
        &fields,
        again,
        &to,
        web.app.ask_role(visitor.principal(), account.id, role),
    ))
    .await
}

/// A role of the account that has not ended.
fn role_of(account: &AccountEntry, id: &str) -> Result<RoleEntry, AppError> {
    account.roles.iter().find(|entry| entry.id.to_string() == id).cloned().ok_or(AppError::NotFound)
}

async fn question(
    State(web): State<Web>,
    Member(visitor): Member,
    Path((account, role)): Path<(String, String)>,
) -> Result<Response, AppError> {
    let account = known(&web, &visitor, &account).await?;
    let entry = role_of(&account, &role)?;
    if !web.app.offers_on(visitor.principal(), A::ConfirmRole, &account, entry.asked_by) {
        return Err(AppError::Forbidden);
    }
    confirming(&web, &visitor, &account, &entry, None)
}

fn confirming(
    web: &Web,
    visitor: &Visitor,
    account: &AccountEntry,
    entry: &RoleEntry,
    wrong: Option<&Wrong>,
) -> Result<Response, AppError> {
    let to = format!("{}/roles/{}/confirm", path(account), entry.id);
    let form = FormView::new("confirm", to, &visitor.csrf, "Confirm the role")
        .fields(proof::fields(visitor))
        .or_back(path(account), "Back without doing it");
    let title = format!("Confirm: {} for {}", words::role_name(entry.role), account.name);
    below(web, visitor, account, &title)
        .lead("You are the second person: the role counts as soon as you confirm it.")
        .form(form, wrong)
        .answer()
}

async fn confirm(
    State(web): State<Web>,
    Path((account, role)): Path<(String, String)>,
    MemberPosted { visitor, fields }: MemberPosted,
) -> Result<Response, AppError> {
    let account = known(&web, &visitor, &account).await?;
    let entry = role_of(&account, &role)?;
    let again = |wrong: &Wrong| confirming(&web, &visitor, &account, &entry, Some(wrong));
    let to = format!("{}?done=confirmed", path(&account));
    let act = web.app.confirm_role(visitor.principal(), account.id, entry.id);
    Box::pin(proof::proven(&web, &visitor, &fields, again, &to, act)).await
}

async fn end(
    State(web): State<Web>,
    Path((account, role)): Path<(String, String)>,
    MemberPosted { visitor, .. }: MemberPosted,
) -> Result<Response, AppError> {
    let account = known(&web, &visitor, &account).await?;
    let role = Uuid::parse_str(&role).map_err(|_| AppError::NotFound)?;
    web.app.end_role(visitor.principal(), account.id, role).await?;
    Ok(done::led(&format!("{}?done=ended", path(&account))))
}
