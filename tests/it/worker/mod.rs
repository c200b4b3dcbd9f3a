//! No reminder is lost and none is doubled: several workers, workers that die, servers that refuse, outages, mail that is
//! overtaken by events (invariants 24 and 28). Nothing here waits for time: the tests move it.

mod delivery;
mod outage;
mod several;
