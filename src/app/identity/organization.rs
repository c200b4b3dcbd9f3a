//! Organizations: developers, partners, and the agencies of the host.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::{App, AppError, Failure, Note};
use crate::{
    app::Principal,
    authz::administration::{AdministrativeAction, AdministrativeResource, may},
    domain::{
        actor::{Hosting, Side},
        id::OrganizationId,
        text::Name,
    },
    storage::{
        WriteTx, account, constraint,
        people::{self, Organization},
    },
};

/// An organization to be added. One of the government becomes an agency of the host.
#[derive(Clone, Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NewOrganization {
    /// Its name.
    pub name: Name,
    /// Its side, for good.
    pub side: Side,
    /// Whether it is an agency that owns the framework with others, so that its reviewers make the quorum.
    #[serde(default)]
    pub framework_owner: bool,
    /// Key of its kind, as the framework versions list them.
    #[serde(default)]
    pub party_kind: Option<String>,
    /// Key of the critical-infrastructure sector that it serves; needed by the kinds that serve one.
    #[serde(default)]
    pub sector: Option<String>,
}

impl NewOrganization {
    /// An organization of which no more is said.
    pub const fn plain(name: Name, side: Side) -> Self {
        Self { name, side, framework_owner: false, party_kind: None, sector: None }
    }
}

/// An organization.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
pub struct OrganizationEntry {
    /// Its id.
    pub id: OrganizationId,
    /// Its name.
    pub name: String,
    /// Its side.
    pub side: Side,
    /// The host, for an agency of it.
    pub agency_of: Option<OrganizationId>,
    /// Whether it is the host.
    pub is_host: bool,
    /// Whether it is an agency that owns the framework with others.
    pub framework_owner: bool,
    /// Key of its kind.
    pub party_kind: Option<String>,
    /// Key of the critical-infrastructure sector that it serves.
    pub sector: Option<String>,
}

impl App {
    /// The organizations that the person may know of, by name.
    pub async fn organizations(&self, principal: &Principal) -> Result<Vec<OrganizationEntry>, AppError> {
        let tx = self.store().begin_read().await?;
        let found = people::organizations(&tx, None).await;
        tx.end().await?;
        let known = |organization: &Organization| {
            may(&principal.actor, AdministrativeAction::ReadOrganization, &self.resource_of_organization(organization))
                .is_ok()
        };
        Ok(found?.into_iter().filter(known).map(entry).collect())
    }

    /// Adds an organization.
    ///
    /// # Errors
    /// [`AppError::Forbidden`].
    pub async fn create_organization(
        &self,
        principal: &Principal,
        new: &NewOrganization,
    ) -> Result<OrganizationEntry, AppError> {
        let resource = AdministrativeResource {
            organization: None,
            side: new.side,
            account: None,
            asked_by: None,
            hosting: self.hosting(),
        };
        self.administers(principal, AdministrativeAction::CreateOrganization, &resource).await?;
        in_transaction!(self, tx => {
            let made = self.add_organization(tx, new).await?;
            self.note(tx, Note::by(principal, "organization.create", Some(made.id.0), "")).await?;
            Ok(entry(made))
        })
        .await
    }

    /// Every organization, for the operator, by name.
    ///
    /// # Errors
    /// [`AppError`] if the store cannot be asked.
    pub async fn organizations_as_operator(&self) -> Result<Vec<OrganizationEntry>, AppError> {
        let tx = self.store().begin_read().await?;
        let found = people::organizations(&tx, None).await;
        tx.end().await?;
        let mut listed: Vec<OrganizationEntry> = found?.into_iter().map(entry).collect();
        listed.sort_by(|one, other| one.name.cmp(&other.name));
        Ok(listed)
    }

    /// Adds an organization for the operator. The first one of the side that hosts the deployment is the host.
    ///
    /// # Errors
    /// [`AppError`] if the store fails.
    pub async fn create_organization_as_operator(&self, new: &NewOrganization) -> Result<OrganizationEntry, AppError> {
        in_transaction!(self, tx => {
            let made = self.add_organization(tx, new).await?;
            self.note(tx, Note::by_operator("organization.create", Some(made.id.0), "operator")).await?;
            Ok(entry(made))
        })
        .await
    }

    /// Whether the host, if there is one yet, is of the side that hosts a deployment such as the settings name: a change
    /// would turn one side's people into the other's administrators.
    ///
    /// # Errors
    /// [`AppError`] if the store cannot be asked.
    pub async fn fits_deployment(&self) -> Result<bool, AppError> {
        let tx = self.store().begin_read().await?;
        let host = people::host(&tx).await;
        tx.end().await?;
        Ok(host?.is_none_or(|host| host.side == hosting_side(self.hosting())))
    }

    /// Adds an organization. The first one of the side that hosts the deployment is the host. In a program office the
    /// others of the government are its agencies; a developer that hosts itself is the only developer, and what it adds
    /// of the government stands under nobody here.
    pub(super) async fn add_organization(&self, tx: &WriteTx, new: &NewOrganization) -> Result<Organization, Failure> {
        let hosting = self.hosting();
        let hosts = new.side == hosting_side(hosting);
        let host = if hosts { people::host(tx).await? } else { None };
        if hosts && hosting == Hosting::SingleDeveloper && host.is_some() {
            return Err(AppError::field("/side", "this deployment has one developer, which hosts it").into());
        }
        let may_own = new.side == Side::Government && (!hosts || host.is_some());
        if new.framework_owner && !may_own {
            return Err(AppError::field("/framework_owner", "is for agencies of the government alone").into());
        }
        self.check_kind(tx, new).await?;
        let made = Organization {
            id: OrganizationId(self.ids().uuid()),
            name: new.name.to_string(),
            side: new.side,
            is_host: hosts && host.is_none(),
            agency_of: host.map(|host| host.id),
            framework_owner: new.framework_owner,
            party_kind: new.party_kind.clone(),
            sector: new.sector.clone(),
        };
        match account::add_organization(tx, &made, self.decision_time(tx).await?).await {
            Ok(()) => Ok(made),
            // Somebody else made the host at the same time: now there is one.
            Err(error) if error.is_conflict(constraint::HOST) => Err(Failure::Again),
            Err(error) => Err(error.into()),
        }
    }
}

impl App {
    /// The kind is one that the newest version knowing it has on the organization's side; the sector is one of the
    /// sixteen, and named where the kind serves one (domain section 11).
    async fn check_kind(&self, tx: &WriteTx, new: &NewOrganization) -> Result<(), Failure> {
        let refused = |pointer: &str, detail: &str| Err(Failure::Answer(AppError::field(pointer, detail)));
        if new.sector.as_ref().is_some_and(|key| !self.sectors().iter().any(|sector| sector.key == *key)) {
            return refused("/sector", "is no critical-infrastructure sector");
        }
        let Some(key) = &new.party_kind else { return Ok(()) };
        let versions = self.frameworks(tx).await?;
        match versions.iter().rev().find_map(|version| version.party_kind(key)) {
            Some(kind) if kind.side != new.side => refused("/party_kind", "is a kind of another side"),
            Some(kind) if kind.sectors && new.sector.is_none() => refused("/sector", "is needed by this kind"),
            Some(_) => Ok(()),
            None => refused("/party_kind", "is no kind of any framework version"),
        }
    }
}

/// The side of the organization that hosts the deployment.
pub(super) const fn hosting_side(hosting: Hosting) -> Side {
    match hosting {
        Hosting::ProgramOffice => Side::Government,
        Hosting::SingleDeveloper => Side::Developer,
    }
}

fn entry(organization: Organization) -> OrganizationEntry {
    OrganizationEntry {
        id: organization.id,
        name: organization.name,
        side: organization.side,
        agency_of: organization.agency_of,
        is_host: organization.is_host,
        framework_owner: organization.framework_owner,
        party_kind: organization.party_kind,
        sector: organization.sector,
    }
}
