//! What each person chose about mail: by topic and no longer by group of notices. What was chosen about a group is carried
//! over to each topic of it.
//!
//! The choices are one line of JSON without spaces, a name and a cadence each, so that both databases exchange them as
//! text.

use sea_orm_migration::{
    prelude::{DbErr, DeriveMigrationName, MigrationTrait, SchemaManager},
    sea_orm::ConnectionTrait,
};

/// Carries the choices over.
#[derive(DeriveMigrationName)]
pub(crate) struct Migration;

/// Groups of several topics. Every other group has one topic of the same name.
const GROUPS: [(&str, &[&str]); 3] = [
    ("inquiries", &["inquiry_submitted", "inquiry_step", "determination"]),
    ("engagements", &["proposal", "participation", "ready", "withdrawn", "released"]),
    ("windows", &["window_changed", "window_opened", "window_suspended", "window_closed"]),
];

const CADENCES: [&str; 3] = ["immediate", "digest", "off"];

fn chosen(name: &str, cadence: &str) -> String {
    format!("\"{name}\":\"{cadence}\"")
}

/// A statement that exchanges one text for another, in rows that hold every one of `all`.
fn exchange(from: &str, to: &str, all: &[String]) -> String {
    let holds = |text: &String| format!("REPLACE(choices, '{text}', '') <> choices");
    let holding: Vec<String> = all.iter().map(holds).collect();
    let which = if holding.is_empty() { "1 = 1".to_owned() } else { holding.join(" AND ") };
    format!("UPDATE mail_preference SET choices = REPLACE(choices, '{from}', '{to}') WHERE {which};\n")
}

/// Each topic as its group.
fn up() -> String {
    let mut sql = String::new();
    for (group, topics) in GROUPS {
        for cadence in CADENCES {
            let each: Vec<String> = topics.iter().map(|topic| chosen(topic, cadence)).collect();
            sql.push_str(&exchange(&chosen(group, cadence), &each.join(","), &[]));
        }
    }
    sql
}

/// A group as its topics where they agree; else as if nothing had been chosen about it, so that no mail is lost.
fn down() -> String {
    let mut sql = String::new();
    for (group, topics) in GROUPS {
        for cadence in CADENCES {
            let each: Vec<String> = topics.iter().map(|topic| chosen(topic, cadence)).collect();
            let first = each.first().map(String::as_str).unwrap_or_default();
            sql.push_str(&exchange(first, &chosen(group, cadence), &each));
        }
    }
    let topics = || GROUPS.into_iter().flat_map(|(_, topics)| topics.iter());
    for one in topics().flat_map(|topic| CADENCES.map(|cadence| chosen(topic, cadence))) {
        // Amid others, as the last of them, and alone.
        for gone in [format!("{one},"), format!(",{one}"), one] {
            sql.push_str(&exchange(&gone, "", &[]));
        }
    }
    sql
}

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        manager.get_connection().execute_unprepared(&up()).await.map(drop)
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        manager.get_connection().execute_unprepared(&down()).await.map(drop)
    }

    /// Whole or not at all on both databases.
    fn use_transaction(&self) -> Option<bool> {
        Some(true)
    }
}
