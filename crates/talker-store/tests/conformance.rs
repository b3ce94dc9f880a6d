//! What the domain expects of a store, case by case, on SQLite and on MariaDB.
//!
//! A case is a function over a [`chat::Chat`]; each file names its own once more in `cases!`, which makes two tests of
//! each. A case that is not named there is dead code, and the compiler says so.

macro_rules! cases {
    ($($case:ident),+ $(,)?) => {
        mod sqlite {
            $(#[tokio::test(flavor = "multi_thread")]
            async fn $case() {
                let database = $crate::databases::Database::sqlite();
                super::$case($crate::chat::Chat::open(&database.location).await).await;
            })+
        }
        mod mysql {
            $(#[tokio::test(flavor = "multi_thread")]
            async fn $case() {
                let database = $crate::databases::Database::mysql().await;
                super::$case($crate::chat::Chat::open(&database.location).await).await;
            })+
        }
    };
}

#[path = "conformance/blocks.rs"]
mod blocks;
#[path = "conformance/chat.rs"]
mod chat;
#[path = "conformance/contacts.rs"]
mod contacts;
#[path = "conformance/databases.rs"]
mod databases;
#[path = "conformance/mails.rs"]
mod mails;
#[path = "conformance/messages.rs"]
mod messages;
#[path = "conformance/races.rs"]
mod races;
#[path = "conformance/sessions.rs"]
mod sessions;
#[path = "conformance/sync.rs"]
mod sync;
#[path = "conformance/transactions.rs"]
mod transactions;
#[path = "conformance/typing.rs"]
mod typing;
#[path = "conformance/users.rs"]
mod users;
