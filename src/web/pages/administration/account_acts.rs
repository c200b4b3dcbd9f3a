//! What may be done with a whole account, each asked about once more and with a fresh proof.

use axum::{extract::State, response::Response, routing::get};

use super::account::{below, known, path};
use crate::{
    app::{AppError, identity::AccountEntry},
    authz::administration::AdministrativeAction as A,
    domain::id::AccountId,
    web::{
        Web,
        extract::{
            Path,
            visitor::{Member, MemberPosted, Visitor},
        },
        pages::{PageRoute, proof, ui::FormView, wrong::Wrong},
    },
};

pub(super) fn routes() -> Vec<PageRoute> {
    let route = |act: Act| {
        let path = format!("/administration/accounts/{{account}}/{}", act.name());
        let look = move |web, member, account| confirmation(web, member, account, act);
        let send = move |web, account, posted| carry_out(web, account, posted, act);
        PageRoute::form(path, get(look).post(send))
    };
    Act::ALL.map(route).into()
}

/// What may be done with a whole account.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Act {
    Disable,
    Enable,
    Remove,
}

impl Act {
    pub(super) const ALL: [Self; 3] = [Self::Disable, Self::Enable, Self::Remove];

    pub(super) const fn name(self) -> &'static str {
        match self {
            Self::Disable => "disable",
            Self::Enable => "enable",
            Self::Remove => "remove",
        }
    }

    pub(super) const fn label(self) -> &'static str {
        match self {
            Self::Disable => "Disable the account",
            Self::Enable => "Enable the account",
            Self::Remove => "Remove the person",
        }
    }

    pub(super) const fn summary(self) -> &'static str {
        match self {
            Self::Disable => "Its sessions end at once, and nobody signs in with it until it is enabled again.",
            Self::Enable => "Its holder may sign in again.",
            Self::Remove => "Roles, sessions and what was granted for the roles end, for good.",
        }
    }

    pub(super) const fn action(self) -> A {
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
    pub(super) const fn fits(self, account: &AccountEntry) -> bool {
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
    Box::pin(proof::proven(&web, &visitor, &fields, again, &to, act.on(&web, &visitor, account.id))).await
}
