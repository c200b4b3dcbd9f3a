//! The orders of lists, each by columns that say nothing which a row does not show: when it was made, and its reference.
//! Neither changes, so that a place in an order stays where it is. Stored stages, dates and changes are those of the whole
//! record, of which a viewer may know less: by none of them is anything ordered.

use anteroom_entity::aggregate::{self, Column};
use sea_orm::{
    ColumnTrait, Condition, ExprTrait,
    sea_query::{Expr, Order as Direction, Query, SubQueryStatement},
};

use super::{codec::micros, list::Cursor};

/// What rows are ordered by.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum By {
    /// When they were made, and among those of one instant their ids.
    #[default]
    Created,
    /// Their references, sign by sign; all of them differ.
    Reference,
}

/// The order of rows; the newest first by default.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Order {
    /// What by.
    pub by: By,
    /// Whether the oldest, or the first in the alphabet, comes first.
    pub ascending: bool,
}

/// Where a list begins.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Start {
    /// Its order.
    pub order: Order,
    /// The row that it goes on behind; the first of all if there is none.
    pub after: Option<Cursor>,
}

impl Order {
    /// The columns that it goes by, the first one first.
    pub(super) const fn columns(self) -> &'static [Column] {
        match self.by {
            By::Created => &[Column::CreatedAt, Column::Id],
            By::Reference => &[Column::Reference],
        }
    }

    /// Which way each of them goes.
    pub(super) const fn direction(self) -> Direction {
        if self.ascending { Direction::Asc } else { Direction::Desc }
    }

    /// The rows that come behind a row.
    pub(super) fn behind(self, cursor: Cursor) -> Condition {
        match self.by {
            By::Created => self.behind_instant(cursor),
            By::Reference => self.behind_reference(cursor),
        }
    }

    /// The first comparison is implied by the others; it is what the index answers.
    fn behind_instant(self, cursor: Cursor) -> Condition {
        let (at, id) = (micros(cursor.created_at), cursor.id.to_string());
        let (near, beyond, further) = if self.ascending {
            (Column::CreatedAt.gte(at), Column::CreatedAt.gt(at), Column::Id.gt(id))
        } else {
            (Column::CreatedAt.lte(at), Column::CreatedAt.lt(at), Column::Id.lt(id))
        };
        let same = Condition::all().add(Column::CreatedAt.eq(at)).add(further);
        Condition::all().add(near).add(Condition::any().add(beyond).add(same))
    }

    /// A reference never changes: the row's id leads to it, and the database compares the two by its own alphabet.
    fn behind_reference(self, cursor: Cursor) -> Condition {
        let mut own = Query::select();
        own.column(Column::Reference).from(aggregate::Entity).and_where(Column::Id.eq(cursor.id.to_string()));
        let (own, reference) = (Expr::from(SubQueryStatement::from(own)), Expr::col(Column::Reference));
        Condition::all().add(if self.ascending { reference.gt(own) } else { reference.lt(own) })
    }
}
