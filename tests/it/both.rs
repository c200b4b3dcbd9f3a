//! Tests that run on both databases.

/// For each named story of a world two tests, one on each database.
macro_rules! at_both_doors {
    ($($story:ident)*) => { $(
        mod $story {
            use $crate::support::{database::TestDatabase, scene::START, world::World};

            #[tokio::test]
            async fn sqlite() {
                super::$story(World::new(TestDatabase::sqlite().await, START).await).await;
            }

            #[tokio::test]
            async fn postgresql() {
                super::$story(World::new(TestDatabase::postgres().await, START).await).await;
            }
        }
    )* };
}
