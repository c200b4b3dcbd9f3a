//! Tests that run on both databases: for each named story two tests, named after the database.

/// Stories that take a database of their own.
macro_rules! on_both {
    ($($story:ident)*) => { $(
        mod $story {
            use $crate::support::database::TestDatabase;

            #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
            async fn sqlite() {
                super::$story(TestDatabase::sqlite().await).await;
            }

            #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
            async fn postgresql() {
                super::$story(TestDatabase::postgres().await).await;
            }
        }
    )* };
}

/// Stories that take a world of their own, at the instant where scenes begin.
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
