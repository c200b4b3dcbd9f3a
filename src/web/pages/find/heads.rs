//! The heads of the columns of a list, and by which of them it can be put in order: with a link each, so that it works
//! without scripts and across pages.

use crate::{
    app::{By, Order},
    web::{pages::ui::Sorter, sort::Sort},
};

/// What a list shows of each record.
pub(super) const COLUMNS: [&str; 9] =
    ["Record", "Title", "Stage", "Developer", "Lead", "Next date", "Window", "Changed", "Created"];

/// The columns that rows can be put in order by, and which way the first press of each goes: from the first reference on,
/// and from the newest record on. What else a row shows goes by what its viewer may know, and the store cannot order by it.
const SORTED: [(&str, By, bool); 2] = [("Record", By::Reference, true), ("Created", By::Created, false)];

/// The links of the heads; `at` is the address of the list without an order.
pub(super) fn sorters(now: Sort, at: impl Fn(Sort) -> String) -> Vec<Sorter> {
    let sorter = |(column, by, usual): (&'static str, By, bool)| {
        let present = now.order().by == by;
        let ascending = if present { !now.order().ascending } else { usual };
        let href = at(Sort::of(Order { by, ascending }));
        Sorter { column, href, now: present.then_some(if now.order().ascending { "ascending" } else { "descending" }) }
    };
    SORTED.map(sorter).into()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_present_order_alone_is_marked_and_its_link_turns_it_round() {
        for (now, marks, links) in [
            ("-created", [None, Some("descending")], ["reference", "created"]),
            ("created", [None, Some("ascending")], ["reference", "-created"]),
            ("reference", [Some("ascending"), None], ["-reference", "-created"]),
            ("-reference", [Some("descending"), None], ["reference", "-created"]),
        ] {
            let now = Sort::try_from(now.to_owned()).unwrap();
            let found = sorters(now, |sort| sort.name().to_owned());
            assert_eq!(found.iter().map(|sorter| sorter.now).collect::<Vec<_>>(), marks, "{now:?}");
            assert_eq!(found.iter().map(|sorter| sorter.href.as_str()).collect::<Vec<_>>(), links, "{now:?}");
            assert!(found.iter().all(|sorter| COLUMNS.contains(&sorter.column)));
        }
    }
}
