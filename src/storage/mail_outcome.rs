//! What became of a queued mail: what a report said of it, and to whom it went. Shared by all that tell of mail.

use anteroom_entity::{account, outbox};
use sea_orm::{
    EntityTrait, RelationDef,
    sea_query::{Expr, SimpleExpr},
};

/// `bounced` or `expired`, where a report said so; null for every other mail.
pub(super) fn returned() -> SimpleExpr {
    Expr::cust(
        "(SELECT MIN(bounce.outcome) FROM bounce WHERE bounce.outbox_id = outbox.id \
         AND bounce.outcome IN ('bounced', 'expired'))",
    )
}

/// From a mail to its recipient's account.
pub(super) fn recipient() -> RelationDef {
    outbox::Entity::belongs_to(account::Entity).from(outbox::Column::RecipientAccount).to(account::Column::Id).into()
}

/// Where a mail stands: one that came back has failed; one that was set aside says why.
pub(super) fn status(queue: String, set_aside: Option<String>, returned: Option<&String>) -> String {
    if returned.is_some() { "failed".to_owned() } else { set_aside.unwrap_or(queue) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_came_back_failed_and_what_was_set_aside_says_why() {
        let stands = |aside: Option<&str>, back: Option<&str>| {
            status("sent".to_owned(), aside.map(str::to_owned), back.map(str::to_owned).as_ref())
        };
        assert_eq!(stands(None, None), "sent");
        assert_eq!(stands(Some("digest"), None), "digest");
        assert_eq!(stands(Some("digest"), Some("bounced")), "failed");
        assert_eq!(stands(None, Some("expired")), "failed");
    }
}
