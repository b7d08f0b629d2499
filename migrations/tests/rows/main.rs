//! Migrations of rows on real engines: complete, once for each row, however often they are killed, and beside code that
//! serves.
//!
//! They run on the embedded engine, and on DynamoDB Local where `PARLOUR_TEST_DYNAMODB` names its endpoint. What is called
//! `heavy` takes its size from `PARLOUR_HEAVY`, but never fewer than 10,000 rows.

/// Makes each of the functions in this module a test on both engines.
macro_rules! on_both_engines {
    ($($test:ident),+ $(,)?) => {
        mod embedded {
            $(#[tokio::test]
            async fn $test() {
                super::$test(&crate::world::World::embedded().await).await;
            })+
        }

        mod dynamodb_local {
            $(#[tokio::test]
            async fn $test() {
                if let Some(world) = crate::world::World::dynamodb_local(stringify!($test)).await {
                    super::$test(&world).await;
                    world.store.drop_tables().await.unwrap();
                }
            })+
        }
    };
}

#[cfg(test)]
mod beside;
#[cfg(test)]
mod killed;
#[cfg(test)]
mod pace;
#[cfg(test)]
mod rooms;
#[cfg(test)]
mod tap;
#[cfg(test)]
mod whole;
#[cfg(test)]
mod world;
