//! Who is told of what (domain section 6). A notice says only that something happened to a record: its opaque
//! reference, a generic ask and the recipient's own task date. There is no field for a name, a window or release date,
//! a result or a text, so none can be mailed (invariant 23).

mod addressee;
mod ask;
mod group;
mod kind;
mod preference;
mod table;
mod told;
mod topic;

pub use addressee::{Addressee, addressees, lead, may_be_told, signatory};
pub use ask::Ask;
pub use group::{Group, is_legal};
pub use kind::{NoticeKind, Stem};
pub use preference::{Cadence, Handling, Preferences, Waiting, Withheld};
pub use table::{addressed, notices};
pub use topic::Topic;

use std::collections::BTreeMap;

use super::{actor::Role, id::Subject};

/// A notice to be queued.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Notice {
    /// Its code in the domain's table.
    pub kind: NoticeKind,
    /// The record that it is about.
    pub subject: Subject,
    /// The record's reference.
    pub reference: String,
    /// What the recipient is asked to do.
    pub ask: Ask,
    /// Whom it goes to.
    pub to: Vec<Addressee>,
    /// The groups that the table names, by their role, and whether somebody stands behind each.
    pub groups: BTreeMap<Role, bool>,
}

#[cfg(test)]
mod tests;
