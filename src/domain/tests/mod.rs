//! Tests by number: of the invariants, deadlines and notices (domain sections 4 to 6) those that no room proves alone, as
//! small stories. `tests/rules/rules.toml` lists every numbered rule with the test that proves it, here or in a room,
//! and with the change of the rule under which that test fails.

mod clocks;
mod deadlines;
mod invariants;
mod notices;
