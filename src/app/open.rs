//! Opening: the store that the settings name, the way out for mail, and the schema's migrations. What runs the service
//! starts here and needs to know neither room.

use std::time::Duration;

use zeroize::Zeroizing;

use super::{App, AppError, Parts};
use crate::{
    clock::Clock,
    config::{DatabaseKind, DatabaseSettings, MailSettings, MailTls, MailTransport, Settings},
    ids::Ids,
    mail::{
        Transport,
        transport::{CaptureBox, DkimSettings, SmtpSettings, SmtpTransport, Tls},
    },
    storage::{Store, StoreOptions},
};

/// What to do about an embedded database whose file does not exist.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Absent {
    /// Make it.
    Create,
    /// Refuse: a mistyped path must not become a second, empty service.
    Refuse,
}

/// The database's schema, for the one who migrates it.
pub struct Schema {
    store: Store,
}

impl App {
    /// Connects to the database and puts the use cases together. Nothing is migrated.
    ///
    /// # Errors
    /// [`AppError::Busy`] if the database cannot be reached, [`AppError::Internal`] if a setting cannot be used.
    pub async fn open(settings: Settings, clock: Clock, ids: Ids, absent: Absent) -> Result<Self, AppError> {
        let store = connect(&settings.database, absent).await?;
        let transport = transport(&settings.mail)?;
        Self::new(Parts { store, clock, ids, settings, transport })
    }

    /// The schema of this service's database.
    pub fn schema(&self) -> Schema {
        Schema { store: self.store().clone() }
    }

    /// Closes every connection to the database; whatever is asked for afterwards fails.
    ///
    /// # Errors
    /// [`AppError`] if the database could not be closed in order.
    pub async fn close(&self) -> Result<(), AppError> {
        Ok(self.store().clone().close().await?)
    }
}

impl Schema {
    /// Connects to the database without anything else of the service.
    ///
    /// # Errors
    /// [`AppError`] if it cannot be reached.
    pub async fn open(settings: &DatabaseSettings, absent: Absent) -> Result<Self, AppError> {
        Ok(Self { store: connect(settings, absent).await? })
    }

    /// Applies what is pending.
    ///
    /// # Errors
    /// [`AppError`] if a migration fails.
    pub async fn up(&self) -> Result<(), AppError> {
        Ok(self.store.migrate().await?)
    }

    /// Takes the newest `steps` applied migrations back.
    ///
    /// # Errors
    /// [`AppError`] if a migration fails.
    pub async fn down(&self, steps: u32) -> Result<(), AppError> {
        Ok(self.store.revert(steps).await?)
    }

    /// How many migrations are pending.
    ///
    /// # Errors
    /// [`AppError`] if the schema cannot be read.
    pub async fn pending(&self) -> Result<usize, AppError> {
        Ok(self.store.pending_migrations().await?)
    }

    /// Every migration, oldest first, and whether it is applied.
    ///
    /// # Errors
    /// [`AppError`] if the schema cannot be read.
    pub async fn status(&self) -> Result<Vec<(String, bool)>, AppError> {
        Ok(self.store.migrations().await?)
    }

    /// Closes the connections.
    ///
    /// # Errors
    /// [`AppError`] if the database could not be closed in order.
    pub async fn close(self) -> Result<(), AppError> {
        Ok(self.store.close().await?)
    }
}

async fn connect(settings: &DatabaseSettings, absent: Absent) -> Result<Store, AppError> {
    let configured = settings.url.expose();
    let decided = settings.kind() != Some(DatabaseKind::Sqlite) || configured.contains("mode=");
    let url = if decided || absent == Absent::Refuse {
        configured.to_owned()
    } else {
        let divider = if configured.contains('?') { '&' } else { '?' };
        format!("{configured}{divider}mode=rwc")
    };
    let options = StoreOptions {
        url,
        max_connections: settings.max_connections,
        acquire_timeout: Duration::from_secs(settings.acquire_timeout_s),
    };
    Ok(Store::connect(&options).await?)
}

fn transport(settings: &MailSettings) -> Result<Transport, AppError> {
    match settings.transport {
        MailTransport::Capture => Ok(Transport::Capture(CaptureBox::new())),
        MailTransport::Log => Ok(Transport::Log),
        MailTransport::Smtp => {
            let relay = SmtpSettings {
                host: settings.host.clone(),
                port: settings.port,
                tls: match settings.tls {
                    MailTls::Implicit => Tls::Implicit,
                    MailTls::Starttls => Tls::StartTls,
                    MailTls::None => Tls::None,
                },
                username: settings.username.clone(),
                password: settings.password.as_ref().map(|password| Zeroizing::new(password.expose().to_owned())),
                helo_name: settings.message_id_domain().to_owned(),
                extra_root_pem: None,
                timeout: Duration::from_secs(settings.timeout_s),
                max_idle: settings.connections,
                dkim: dkim(settings),
            };
            SmtpTransport::new(&relay).map(Transport::Smtp).map_err(AppError::internal)
        }
    }
}

/// With what mails are signed; the settings hold all three or none.
fn dkim(settings: &MailSettings) -> Option<DkimSettings> {
    Some(DkimSettings {
        domain: settings.dkim_domain.clone()?,
        selector: settings.dkim_selector.clone()?,
        key: Zeroizing::new(settings.dkim_key.as_ref()?.expose().to_owned()),
    })
}
