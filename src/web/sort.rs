//! The order of rows that an address asks for: by `created` or by `reference`, with a hyphen before it the other way round.

use serde::Deserialize;

use super::openapi::{QueryDoc, ValueType};
use crate::app::{By, Order};

/// The order of rows; the newest first where none is asked for.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(try_from = "String")]
pub struct Sort(Order);

/// The words of orders.
const NAMES: [&str; 4] = ["created", "-created", "reference", "-reference"];

/// The word is that of no order.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("must be created, -created, reference or -reference")]
pub struct NoOrder;

impl Sort {
    /// The parameter, on every route that answers rows of records.
    pub const DOC: QueryDoc = QueryDoc {
        name: "sort",
        description: "The order of the rows: by when they were made, or by reference; with a hyphen the newest, or the \
                      last in the alphabet, comes first. The newest first if left out.",
        value: ValueType::OneOf(&NAMES),
    };

    /// An order as an address has it.
    pub const fn of(order: Order) -> Self {
        Self(order)
    }

    /// The order.
    pub const fn order(self) -> Order {
        self.0
    }

    /// Its word.
    pub const fn name(self) -> &'static str {
        let [created, newest, reference, last] = NAMES;
        match (self.0.by, self.0.ascending) {
            (By::Created, true) => created,
            (By::Created, false) => newest,
            (By::Reference, true) => reference,
            (By::Reference, false) => last,
        }
    }

    /// What it adds to an address that has a query: nothing where it is the usual one.
    pub fn in_address(self) -> String {
        if self == Self::default() { String::new() } else { format!("&sort={}", self.name()) }
    }
}

impl TryFrom<String> for Sort {
    type Error = NoOrder;

    fn try_from(text: String) -> Result<Self, NoOrder> {
        let all = [By::Created, By::Reference].into_iter().flat_map(|by| [true, false].map(|up| (by, up)));
        let mut orders = all.map(|(by, ascending)| Self(Order { by, ascending }));
        orders.find(|order| order.name() == text).ok_or(NoOrder)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_word_is_one_order_and_nothing_else_is() {
        for name in NAMES {
            let sort = Sort::try_from(name.to_owned()).unwrap();
            assert_eq!((sort.name(), sort.order().ascending), (name, !name.starts_with('-')));
        }
        for wrong in ["", "-", "--created", "+created", "Created", "created ", "stage", "updated", "created,reference"]
        {
            assert_eq!(Sort::try_from(wrong.to_owned()), Err(NoOrder), "{wrong:?}");
        }
    }

    #[test]
    fn the_usual_order_stands_in_no_address() {
        let usual = Sort::default();
        assert_eq!((usual.name(), usual.in_address().as_str()), ("-created", ""));
        let first = Sort::of(Order { by: By::Reference, ascending: true });
        assert_eq!(first.in_address(), "&sort=reference");
        assert!(Sort::DOC.description.contains("newest first if left out"));
    }
}
