//! No reminder is lost and none is doubled: several workers, workers that die, servers that refuse, outages, mail that is
//! overtaken by events (invariants 24 and 28). Nothing here waits for time: the tests move it.

mod delivery;
mod outage;
mod several;

/// Runs each scenario on both databases.
macro_rules! on_both {
    ($($name:ident)*) => {
        mod sqlite {
            $(#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
            async fn $name() {
                super::$name(crate::support::database::TestDatabase::sqlite().await).await;
            })*
        }
        mod postgresql {
            $(#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
            async fn $name() {
                super::$name(crate::support::database::TestDatabase::postgres().await).await;
            })*
        }
    };
}
pub(crate) use on_both;
