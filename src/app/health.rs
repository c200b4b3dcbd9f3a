//! What the service needs to be ready.

use super::App;

impl App {
    /// Whether the database answers.
    ///
    /// # Errors
    /// One sentence for the operator, without particulars.
    pub async fn check_database(&self) -> Result<(), String> {
        self.store().ping().await.map_err(|_| "the database does not answer".to_owned())
    }

    /// Whether the database has this version's schema.
    ///
    /// # Errors
    /// One sentence for the operator.
    pub async fn check_migrations(&self) -> Result<(), String> {
        match self.store().pending_migrations().await {
            Ok(0) => Ok(()),
            Ok(pending) => Err(format!("{pending} migrations are pending: run `anteroom migrate`")),
            Err(_) => Err("the schema cannot be read".to_owned()),
        }
    }
}
