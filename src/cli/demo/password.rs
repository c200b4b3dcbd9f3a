//! The one password of everybody in a demonstration.

use crate::{
    config::{Secret, demo_password},
    ids::Ids,
};

/// Digits of a drawn password: none that is taken for another one.
const DIGITS: &[u8; 32] = b"abcdefghjkmnpqrstuvwxyz023456789";

/// Characters between two dashes, and how many such groups there are: 100 bits.
const GROUP: usize = 5;

/// What the operator chose, or else a random one.
pub(in crate::cli) fn chosen_or_drawn(ids: &Ids) -> Secret {
    demo_password().unwrap_or_else(|| Secret::new(drawn(ids)))
}

fn drawn(ids: &Ids) -> String {
    let bytes = ids.random_bytes::<20>();
    let characters: Vec<char> = bytes.iter().map(|byte| char::from(DIGITS[usize::from(byte % 32)])).collect();
    let groups = characters.chunks(GROUP).map(|group| group.iter().collect::<String>());
    groups.collect::<Vec<_>>().join("-")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_drawn_password_is_long_and_never_the_same() {
        let ids = Ids::seeded(3);
        let (one, other) = (drawn(&ids), drawn(&ids));
        assert_eq!(one.len(), 23);
        assert_ne!(one, other);
    }
}
