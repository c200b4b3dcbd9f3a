//! What a list may contain, as a condition over the rows of aggregates. A list cannot be asked for without one.

use anteroom_entity::{
    aggregate::{self, Column},
    assignment,
};
use sea_orm::{
    ColumnTrait, Condition, ExprTrait,
    sea_query::{Expr, Query, SelectStatement},
};

use crate::{
    authz::Alternative,
    domain::id::{AccountId, Kind, OrganizationId},
};

/// The rows that a viewer may see.
#[derive(Clone, Debug)]
pub struct Scope {
    condition: Condition,
}

impl Scope {
    pub(super) fn condition(&self) -> Condition {
        self.condition.clone()
    }

    fn all(conditions: impl IntoIterator<Item = Expr>) -> Self {
        Self { condition: conditions.into_iter().fold(Condition::all(), Condition::add) }
    }

    /// Nothing.
    pub fn none() -> Self {
        Self::all([Expr::value(1).eq(0)])
    }

    /// Whatever this developer owns.
    pub fn developer(organization: OrganizationId) -> Self {
        Self::all([Column::DeveloperId.eq(organization.to_string())])
    }

    /// Whatever this partner may see.
    pub fn partner(organization: OrganizationId) -> Self {
        Self::all([Column::PartnerId.eq(organization.to_string())])
    }

    /// Whatever concerns this person.
    pub fn holder(account: AccountId) -> Self {
        Self::all([Column::HolderId.eq(account.to_string())])
    }

    /// Whatever was handed over to the government.
    pub fn government_all() -> Self {
        Self::all([Column::Government.eq(true)])
    }

    /// Whatever was handed over to the government and is in one of these stages.
    pub fn government_in(stages: &[&str]) -> Self {
        Self::all([Column::Government.eq(true), Column::Stage.is_in(stages.iter().copied())])
    }

    /// Whatever was handed over to the government and nobody is assigned to: the pool.
    pub fn government_pool() -> Self {
        Self::all([Column::Government.eq(true), Expr::exists(own_assignments()).not()])
    }

    /// Whatever was handed over to the government and this account is assigned to.
    pub fn assigned(account: AccountId) -> Self {
        Self::all([Column::Government.eq(true), Column::Id.in_subquery(assigned_rows(account))])
    }

    /// Whatever was handed over to the government and stands under a release with an engagement that this account is
    /// assigned to.
    pub fn assigned_below(account: AccountId) -> Self {
        let mut releases = Query::select();
        releases
            .column(Column::ReleaseId)
            .from(aggregate::Entity)
            .and_where(Column::Kind.eq(Kind::Engagement.name()))
            .and_where(Column::Id.in_subquery(assigned_rows(account)));
        Self::all([Column::Government.eq(true), Column::ReleaseId.in_subquery(releases)])
    }

    /// Whatever was handed over to the government, is a partner's or (with none) nobody's in particular, and stands
    /// under an engagement with a grant of this person in one of these stages.
    pub fn granted_under(holder: AccountId, partner: Option<OrganizationId>, stages: &[&str]) -> Self {
        let mut engagements = Query::select();
        engagements
            .column(Column::EngagementId)
            .from(aggregate::Entity)
            .and_where(Column::Kind.eq(Kind::Grant.name()))
            .and_where(Column::HolderId.eq(holder.to_string()))
            .and_where(Column::Stage.is_in(stages.iter().copied()));
        let partner = match partner {
            Some(partner) => Column::PartnerId.eq(partner.to_string()),
            None => Column::PartnerId.is_null(),
        };
        Self::all([Column::Government.eq(true), partner, Column::EngagementId.in_subquery(engagements)])
    }

    /// The condition that a scope of `authz` means: its kind, and any of its alternatives.
    pub fn of(scope: &crate::authz::Scope) -> Self {
        let kind = Self::all([Column::Kind.eq(scope.kind().name())]);
        let any = scope.alternatives().iter().map(Self::alternative).reduce(Self::or).unwrap_or_else(Self::none);
        Self { condition: Condition::all().add(kind.condition).add(any.condition) }
    }

    fn alternative(alternative: &Alternative) -> Self {
        match *alternative {
            Alternative::Developer(organization) => Self::developer(organization),
            Alternative::Partner(organization) => Self::partner(organization),
            Alternative::HandedOver { stages: [] } => Self::government_all(),
            Alternative::HandedOver { stages } => Self::government_in(stages),
            Alternative::Unassigned => Self::government_pool(),
            Alternative::Assigned(account) => Self::assigned(account),
            Alternative::AssignedBelow(account) => Self::assigned_below(account),
            Alternative::Holder(account) => Self::holder(account),
            Alternative::GrantedUnder { holder, partner, stages } => Self::granted_under(holder, partner, stages),
        }
    }

    /// What it contains of one kind.
    #[must_use]
    pub fn of_kind(self, kind: Kind) -> Self {
        Self { condition: Condition::all().add(Column::Kind.eq(kind.name())).add(self.condition) }
    }

    /// What either scope contains.
    #[must_use]
    pub fn or(self, other: Self) -> Self {
        Self { condition: Condition::any().add(self.condition).add(other.condition) }
    }
}

/// Aggregates that this account is assigned to.
fn assigned_rows(account: AccountId) -> SelectStatement {
    let mut rows = Query::select();
    rows.column(assignment::Column::AggregateId)
        .from(assignment::Entity)
        .and_where(assignment::Column::AccountId.eq(account.to_string()));
    rows
}

/// The assignments of the row at hand: looked up for each row, because the list of all assignments is long.
fn own_assignments() -> SelectStatement {
    let own = Expr::col((aggregate::Entity, Column::Id));
    let mut rows = Query::select();
    rows.expr(Expr::value(1))
        .from(assignment::Entity)
        .and_where(Expr::col((assignment::Entity, assignment::Column::AggregateId)).eq(own));
    rows
}
