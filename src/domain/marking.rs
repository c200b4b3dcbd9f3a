//! Markings of copies that leave the house (domain section 7, banner): the composition of a banner line for controlled
//! unclassified information (CUI), and which copy carries one. Only a government role designates; a developer's own copy
//! is the developer's property and no CUI.

use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};
use utoipa::{
    PartialSchema, ToSchema,
    openapi::{ObjectBuilder, RefOr, Schema, Type},
};

use super::{
    actor::{Role, Side},
    id::OrganizationId,
    refusal::{FieldReason, Refusal},
};

/// The permanent header: it stands on every copy, whatever else it is marked with.
pub const HEADER: &str = "UNCLASSIFIED SYSTEM - ENTER NOTHING CLASSIFIED";

/// The line of a developer's own copy.
const PROPRIETARY: &str = "DEVELOPER PROPRIETARY";

/// The line of a government copy that nobody has designated yet: what it holds is the developer's all the same.
const UNDESIGNATED: &str = "CONTAINS DEVELOPER PROPRIETARY INFORMATION - MARKING NOT DESIGNATED";

/// Declares an enum whose values are written in a banner.
macro_rules! marks {
    ($(#[$doc:meta])* $name:ident { $($(#[$vdoc:meta])* $variant:ident $mark:literal,)* }) => {
        $(#[$doc])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
        pub enum $name { $($(#[$vdoc])* #[serde(rename = $mark)] $variant,)* }

        // By hand, since the derived schema does not see a name that comes out of a macro.
        impl PartialSchema for $name {
            fn schema() -> RefOr<Schema> {
                let marks = Self::ALL.iter().map(|one| one.mark());
                ObjectBuilder::new().schema_type(Type::String).enum_values(Some(marks)).into()
            }
        }

        impl ToSchema for $name {}

        impl $name {
            /// Every value.
            pub const ALL: &'static [Self] = &[$(Self::$variant,)*];

            /// As it stands in a banner.
            pub const fn mark(self) -> &'static str {
                match self { $(Self::$variant => $mark,)* }
            }
        }
    };
}

marks! {
    /// A category of the CUI registry that what is kept here may fall under; `SP-` where a Specified authority applies.
    Category {
        /// General critical infrastructure information.
        Crit "CRIT",
        /// Controlled technical information, Specified.
        SpCti "SP-CTI",
        /// Export controlled.
        Expt "EXPT",
        /// Export controlled, Specified.
        SpExpt "SP-EXPT",
        /// Information systems vulnerability information.
        Isvi "ISVI",
        /// Procurement and acquisition: for real procurement material only.
        Procure "PROCURE",
        /// Procurement and acquisition, Specified.
        SpProcure "SP-PROCURE",
        /// Proprietary business information, where a Basic authority such as 18 USC 1905 applies.
        Propin "PROPIN",
        /// Proprietary business information, where a Specified authority such as 15 USC 3710a(c)(7) applies.
        SpPropin "SP-PROPIN",
        /// Privacy.
        Prvcy "PRVCY",
    }
}

marks! {
    /// A limit of dissemination.
    Control {
        /// Federal employees and contractors.
        Fedcon "FEDCON",
        /// Federal employees alone.
        FedOnly "FED ONLY",
        /// No contractors.
        Nocon "NOCON",
        /// No foreign dissemination.
        Noforn "NOFORN",
    }
}

impl Category {
    /// Whether a Specified authority applies.
    const fn is_specified(self) -> bool {
        matches!(self, Self::SpCti | Self::SpExpt | Self::SpProcure | Self::SpPropin)
    }
}

/// What the government designated for its copies.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Designation {
    /// The categories; never none.
    pub categories: BTreeSet<Category>,
    /// Limits of dissemination.
    pub controls: BTreeSet<Control>,
    /// The designating agency.
    pub agency: OrganizationId,
    /// The role to ask.
    pub contact: Role,
}

impl Designation {
    /// Whether the designation makes sense: a category, no limits that exclude each other, a contact of the government.
    ///
    /// # Errors
    /// [`Refusal::Field`].
    pub fn check(&self) -> Result<(), Refusal> {
        if self.categories.is_empty() {
            return Err(Refusal::field("/categories", FieldReason::OneNeeded));
        }
        // With contractors, and without them.
        let excluding = |other| self.controls.contains(&Control::Fedcon) && self.controls.contains(&other);
        if excluding(Control::FedOnly) || excluding(Control::Nocon) {
            return Err(Refusal::field("/controls", FieldReason::ExcludeEachOther));
        }
        if self.contact.side() != Some(Side::Government) {
            return Err(Refusal::field("/contact", FieldReason::NoSuchAccount));
        }
        Ok(())
    }
}

/// The banner of CUI: `CUI//` categories `//` controls; Specified before Basic, alphabetical within each, `/` between
/// siblings.
pub fn compose(categories: &BTreeSet<Category>, controls: &BTreeSet<Control>) -> String {
    let mut categories: Vec<Category> = categories.iter().copied().collect();
    categories.sort_by_key(|category| (!category.is_specified(), category.mark()));
    let mut controls: Vec<Control> = controls.iter().copied().collect();
    controls.sort_by_key(|control| control.mark());
    let categories: Vec<&str> = categories.into_iter().map(Category::mark).collect();
    let controls: Vec<&str> = controls.into_iter().map(Control::mark).collect();
    let groups = [categories.join("/"), controls.join("/")];
    let groups = groups.into_iter().filter(|group| !group.is_empty());
    std::iter::once("CUI".to_owned()).chain(groups).collect::<Vec<_>>().join("//")
}

/// The banner line of a copy for people of this side.
pub fn banner(side: Side, designation: Option<&Designation>) -> String {
    match (side, designation) {
        (Side::Developer | Side::Partner, _) => PROPRIETARY.to_owned(),
        (Side::Government, Some(designation)) => compose(&designation.categories, &designation.controls),
        (Side::Government, None) => UNDESIGNATED.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use uuid::Uuid;

    use super::{Category as C, Control as D, *};

    fn designation(categories: &[C], controls: &[D], contact: Role) -> Designation {
        Designation {
            categories: categories.iter().copied().collect(),
            controls: controls.iter().copied().collect(),
            agency: OrganizationId(Uuid::from_u128(1)),
            contact,
        }
    }

    /// Domain section 7, banner.
    #[test]
    fn a_banner_is_specified_first_then_alphabetical_with_slashes_between_siblings() {
        let table: [(&[C], &[D], &str); 6] = [
            (&[C::Propin], &[], "CUI//PROPIN"),
            (&[C::SpPropin], &[], "CUI//SP-PROPIN"),
            (&[C::Isvi, C::SpPropin, C::Crit, C::SpCti], &[], "CUI//SP-CTI/SP-PROPIN/CRIT/ISVI"),
            (&[C::Propin], &[D::Noforn, D::FedOnly], "CUI//PROPIN//FED ONLY/NOFORN"),
            (&[C::Procure, C::Propin], &[D::Fedcon], "CUI//PROCURE/PROPIN//FEDCON"),
            (&[], &[D::Noforn], "CUI//NOFORN"),
        ];
        for (categories, controls, expected) in table {
            let composed = compose(&categories.iter().copied().collect(), &controls.iter().copied().collect());
            assert_eq!(composed, expected);
        }
    }

    #[test]
    fn every_mark_is_read_as_it_is_written_and_specified_ones_alone_say_so() {
        for category in C::ALL {
            assert_eq!(serde_json::to_value(category).expect("JSON"), category.mark());
            assert_eq!(category.is_specified(), category.mark().starts_with("SP-"), "{category:?}");
        }
        for control in D::ALL {
            assert_eq!(serde_json::to_value(control).expect("JSON"), control.mark());
        }
    }

    /// Domain section 7: only the government's copy is CUI, and only once designated.
    #[test]
    fn a_developers_copy_is_never_cui() {
        let designated = designation(&[C::Propin], &[D::FedOnly], Role::RecordsOfficer);
        for side in [Side::Developer, Side::Partner] {
            for known in [None, Some(&designated)] {
                assert_eq!(banner(side, known), "DEVELOPER PROPRIETARY");
            }
        }
        assert_eq!(banner(Side::Government, Some(&designated)), "CUI//PROPIN//FED ONLY");
        assert!(!banner(Side::Government, None).contains("CUI"));
    }

    #[test]
    fn what_contradicts_itself_is_not_designated() {
        let field = |pointer, reason| Err(Refusal::field(pointer, reason));
        let table = [
            (designation(&[C::Propin], &[], Role::RecordsOfficer), Ok(())),
            (designation(&[C::Propin], &[D::FedOnly, D::Nocon, D::Noforn], Role::ProgramLiaison), Ok(())),
            (designation(&[], &[], Role::RecordsOfficer), field("/categories", FieldReason::OneNeeded)),
            (
                designation(&[C::Propin], &[D::FedOnly, D::Fedcon], Role::RecordsOfficer),
                field("/controls", FieldReason::ExcludeEachOther),
            ),
            (
                designation(&[C::Propin], &[D::Nocon, D::Fedcon], Role::RecordsOfficer),
                field("/controls", FieldReason::ExcludeEachOther),
            ),
            (designation(&[C::Propin], &[], Role::DeveloperLiaison), field("/contact", FieldReason::NoSuchAccount)),
        ];
        for (given, expected) in table {
            assert_eq!(given.check(), expected, "{given:?}");
        }
    }
}
