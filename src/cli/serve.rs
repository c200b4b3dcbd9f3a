//! `anteroom serve`: the service, with the worker inside unless another process does its work.

use std::path::Path;

use tokio::net::TcpListener;

use super::{
    args::ServeArgs,
    error::CliError,
    output::Output,
    service::{self, Beside},
};
use crate::{app::Absent, telemetry};

pub(super) async fn run(file: Option<&Path>, asked: &ServeArgs, output: Output) -> Result<(), CliError> {
    let mut settings = service::settings(file, telemetry::Output::Stdout)?;
    if let Some(listen) = asked.listen {
        settings.server.listen = listen;
    }
    let absent = if asked.migrate { Absent::Create } else { Absent::Refuse };
    let app = service::opened(settings, absent).await?;
    if asked.migrate {
        app.schema().up().await?;
    }
    service::ready(&app).await?;
    app.lay_down_frameworks().await?;
    let listener = listen(app.settings().server.listen).await?;
    service::announce_first_administrator(&app, output).await?;
    let served = service::run(app.clone(), listener, Beside { worker: !asked.no_worker, demo: None }).await;
    service::close(&app).await;
    served
}

/// A listener at the address.
pub(super) async fn listen(address: std::net::SocketAddr) -> Result<TcpListener, CliError> {
    TcpListener::bind(address).await.map_err(|error| CliError::io(format!("cannot listen on {address}"), error))
}
