//! An item of the close-out register.

use chrono::NaiveDate;
use serde::Serialize;
use utoipa::ToSchema;

use super::{Moment, Person, Viewing};
use crate::domain::{
    engagement::closeout::{Certificate, CloseOutItem, Disposition, ItemState, Method},
    id::AccountId,
};

/// An item of the close-out register.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
pub struct ItemView {
    /// The developer's reference of the item.
    pub reference: String,
    /// What shall become of it.
    pub disposition: Disposition,
    /// Who registered it.
    pub registered_by: Person,
    /// Where it stands.
    pub state: ItemStateView,
}

/// Where an item stands.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
#[serde(rename_all = "snake_case", tag = "state")]
pub enum ItemStateView {
    /// Waits for its certificate.
    Registered,
    /// Certified; waits for the developer.
    Certified {
        /// The certificate.
        certificate: CertificateView,
    },
    /// The developer disputes the certificate.
    Disputed {
        /// The disputed certificate.
        certificate: CertificateView,
    },
    /// The developer accepted the certificate.
    Accepted {
        /// The accepted certificate.
        certificate: CertificateView,
    },
    /// Retained under records law; cannot be destroyed by contract.
    RetainedUnderRecordsLaw {
        /// The authority cited.
        authority: String,
        /// Who keeps it.
        custodian: String,
    },
}

/// A certificate of return or destruction.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
pub struct CertificateView {
    /// How.
    pub method: Method,
    /// On which date.
    pub done_on: NaiveDate,
    /// Who did it.
    pub performed_by: String,
    /// Who checked it.
    pub validated_by: String,
    /// Who certified it here.
    pub certified_by: Person,
    /// When.
    pub certified_at: Moment,
}

pub(super) fn view(v: &Viewing<'_>, item: &CloseOutItem) -> ItemView {
    ItemView {
        reference: item.reference.as_str().to_owned(),
        disposition: item.disposition,
        registered_by: v.names.by(&item.registered_by, v.viewer.side),
        state: state(v, &item.state),
    }
}

fn state(v: &Viewing<'_>, state: &ItemState) -> ItemStateView {
    match state {
        ItemState::Registered => ItemStateView::Registered,
        ItemState::Certified { certificate: c } => ItemStateView::Certified { certificate: certificate(v, c) },
        ItemState::Disputed { certificate: c } => ItemStateView::Disputed { certificate: certificate(v, c) },
        ItemState::Accepted { certificate: c } => ItemStateView::Accepted { certificate: certificate(v, c) },
        ItemState::RetainedUnderRecordsLaw { authority, custodian } => ItemStateView::RetainedUnderRecordsLaw {
            authority: authority.as_str().to_owned(),
            custodian: custodian.as_str().to_owned(),
        },
    }
}

fn certificate(v: &Viewing<'_>, c: &Certificate) -> CertificateView {
    CertificateView {
        method: c.method,
        done_on: c.done_on,
        performed_by: c.performed_by.as_str().to_owned(),
        validated_by: c.validated_by.as_str().to_owned(),
        certified_by: v.names.by(&c.certified_by, v.viewer.side),
        certified_at: v.moment(c.certified_at),
    }
}

/// The people whom the item's view may name.
pub(super) fn people(item: &CloseOutItem) -> impl Iterator<Item = AccountId> {
    let certificate = match &item.state {
        ItemState::Certified { certificate }
        | ItemState::Disputed { certificate }
        | ItemState::Accepted { certificate } => certificate.certified_by.account,
        ItemState::Registered | ItemState::RetainedUnderRecordsLaw { .. } => None,
    };
    item.registered_by.account.into_iter().chain(certificate)
}
