//! What a page of administration offers: the acts that the table of `authz` would let a person carry out. An offer is a
//! courtesy; the act itself is judged when it is carried out.

use super::{AccountEntry, App, OrganizationEntry};
use crate::{
    app::Principal,
    authz::administration::{AdministrativeAction, AdministrativeResource, may, may_hold},
    domain::{
        actor::{Role, Side},
        id::AccountId,
    },
};

/// What is done in administration and nowhere else: whoever may do any of it is shown the way there.
const OF_ADMINISTRATION: [AdministrativeAction; 12] = [
    AdministrativeAction::CreateOrganization,
    AdministrativeAction::CreateAccount,
    AdministrativeAction::Invite,
    AdministrativeAction::ConfirmRole,
    AdministrativeAction::ManageApiTokens,
    AdministrativeAction::ManageCalendar,
    AdministrativeAction::ReadMailLog,
    AdministrativeAction::LookAfterMail,
    AdministrativeAction::ReadService,
    AdministrativeAction::ReportMilestone,
    AdministrativeAction::ManageFramework,
    AdministrativeAction::ReadFigures,
];

impl App {
    /// Whether there is anything in administration that the person may do, and not only look at.
    pub fn offers_any(&self, principal: &Principal) -> bool {
        OF_ADMINISTRATION.into_iter().any(|action| self.offers(principal, action))
    }

    /// Whether the person may carry the act out in the office's affairs, or in those of the own organization.
    pub fn offers(&self, principal: &Principal, action: AdministrativeAction) -> bool {
        let actor = &principal.actor;
        let own = AdministrativeResource {
            organization: Some(actor.organization),
            side: actor.side,
            ..AdministrativeResource::office(self.hosting())
        };
        may(actor, action, &own).is_ok()
    }

    /// Whether the person may carry the act out in this organization.
    pub fn offers_in(
        &self,
        principal: &Principal,
        action: AdministrativeAction,
        organization: &OrganizationEntry,
    ) -> bool {
        let resource = AdministrativeResource {
            organization: Some(organization.id),
            side: organization.side,
            ..AdministrativeResource::office(self.hosting())
        };
        may(&principal.actor, action, &resource).is_ok()
    }

    /// Whether the person may carry the act out on this account; `asked_by` asked for the role that the act is about.
    pub fn offers_on(
        &self,
        principal: &Principal,
        action: AdministrativeAction,
        account: &AccountEntry,
        asked_by: Option<AccountId>,
    ) -> bool {
        let resource = AdministrativeResource {
            organization: Some(account.organization),
            side: account.side,
            account: Some(account.id),
            asked_by,
            hosting: self.hosting(),
        };
        may(&principal.actor, action, &resource).is_ok()
    }

    /// The roles that people of a side may hold here.
    pub fn roles_of(&self, side: Side) -> Vec<Role> {
        Role::ALL.iter().copied().filter(|role| may_hold(self.hosting(), side, *role)).collect()
    }
}
