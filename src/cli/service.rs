//! What commands share: opening the service that the settings name, and running it until the process is told to stop.

use std::{future::Future, path::Path, time::Duration};

use tokio::{net::TcpListener, sync::watch, task::JoinSet};

use super::{error::CliError, output::Output};
use crate::{
    app::{Absent, App, AppError},
    clock::Clock,
    config::Settings,
    ids::Ids,
    telemetry,
    web::{health::Readiness, pages::demo::Demo, routes, serve},
    worker::Worker,
};

/// What the service logs unless it is told otherwise; beside a command's data only warnings are worth reading.
const EVERYTHING_NOTABLE: &str = "info";

/// The settings, with logging set up by them.
pub(super) fn settings(file: Option<&Path>, logs: telemetry::Output) -> Result<Settings, CliError> {
    let settings = Settings::load(file)?;
    let mut telemetry = settings.telemetry.clone();
    if logs == telemetry::Output::Stderr && telemetry.filter == EVERYTHING_NOTABLE {
        "warn".clone_into(&mut telemetry.filter);
    }
    telemetry::init(&telemetry, logs)?;
    Ok(settings)
}

/// The service that the settings name, for a command that needs its schema to be this version's.
pub(super) async fn open(file: Option<&Path>) -> Result<App, CliError> {
    let app = opened(settings(file, telemetry::Output::Stderr)?, Absent::Refuse).await?;
    ready(&app).await?;
    Ok(app)
}

/// Connects, on the clock and the randomness of production.
pub(super) async fn opened(settings: Settings, absent: Absent) -> Result<App, CliError> {
    Ok(App::open(settings, Clock::real(), Ids::system()?, absent).await?)
}

/// Refuses a schema that is behind this version, and a database that was begun for another kind of deployment.
pub(super) async fn ready(app: &App) -> Result<(), CliError> {
    match app.schema().pending().await? {
        0 if app.fits_deployment().await? => Ok(()),
        0 => Err(CliError::Conflict("program.deployment is not that of this database, and does not change".to_owned())),
        pending => Err(CliError::SchemaBehind(pending)),
    }
}

/// Closes the database; that it cannot be closed in order loses nothing and is only logged.
pub(super) async fn close(app: &App) {
    if let Err(error) = app.close().await {
        tracing::warn!(%error, "the database was not closed in order");
    }
}

/// What runs in this process beside the accept loop.
#[derive(Default)]
pub(super) struct Beside {
    /// The worker.
    pub(super) worker: bool,
    /// The demonstration's pages.
    pub(super) demo: Option<Demo>,
}

/// Serves until the process is told to stop; then requests in flight and the worker's round are ended in order. Told
/// once more, it stops at once.
pub(super) async fn run(app: App, listener: TcpListener, beside: Beside) -> Result<(), CliError> {
    let mut signals = Signals::new()?;
    let (tell, stop) = watch::channel(false);
    let readiness = Readiness::default();
    let router = match beside.demo {
        Some(demo) => routes::router_with(app.clone(), readiness.clone(), Some(demo.routes())),
        None => routes::router(app.clone(), readiness.clone()),
    };
    let mut background = JoinSet::new();
    if beside.worker {
        let (worker, stop) = (Worker::new(app.clone()), stop.clone());
        background.spawn(async move { worker.run(told(stop)).await });
    }
    let work = async {
        let served = serve::serve(listener, router?, limits(app.settings()), readiness, told(stop)).await;
        tell.send_replace(true);
        while background.join_next().await.is_some() {}
        served.map_err(|error| CliError::io("the listener is broken", error))
    };
    until_done(work, &mut signals, || {
        tell.send_replace(true);
    })
    .await
}

/// Does background work alone until the process is told to stop.
pub(super) async fn work(app: &App) -> Result<(), CliError> {
    let mut signals = Signals::new()?;
    let (tell, stop) = watch::channel(false);
    let worker = Worker::new(app.clone());
    let work = async {
        worker.run(told(stop)).await;
        Ok(())
    };
    until_done(work, &mut signals, || {
        tell.send_replace(true);
    })
    .await
}

async fn until_done(
    work: impl Future<Output = Result<(), CliError>>,
    signals: &mut Signals,
    stop: impl FnOnce(),
) -> Result<(), CliError> {
    let mut work = std::pin::pin!(work);
    tokio::select! {
        done = &mut work => return done,
        () = signals.next() => stop(),
    }
    tracing::info!("stopping");
    tokio::select! {
        done = &mut work => done,
        () = signals.next() => Err(CliError::Interrupted),
    }
}

/// Ends when the process is told to stop.
async fn told(mut stop: watch::Receiver<bool>) {
    // Without a sender nobody could tell any more, which comes to the same.
    let _ended = stop.wait_for(|stopped| *stopped).await;
}

fn limits(settings: &Settings) -> serve::Limits {
    let server = &settings.server;
    serve::Limits {
        head: Duration::from_secs(server.header_timeout_s),
        connections: server.max_connections,
        drain: Duration::from_secs(server.drain_s),
        ..serve::Limits::default()
    }
}

/// Prints the one-time link for the first administrator, where there is none. It goes to the terminal and not to the
/// log: who reads logs must not become administrator.
pub(super) async fn announce_first_administrator(app: &App, output: Output) -> Result<(), AppError> {
    if let Some(link) = app.first_administrator_link().await? {
        output.note(&format!(
            "There is no administrator yet. This link makes the first one; it works once, for {} hours:\n  {link}",
            app.settings().auth.invitation_hours
        ));
    }
    Ok(())
}

/// What tells a process to stop: SIGTERM from a supervisor, SIGINT from a terminal.
#[cfg(unix)]
struct Signals {
    terminate: tokio::signal::unix::Signal,
    interrupt: tokio::signal::unix::Signal,
}

#[cfg(unix)]
impl Signals {
    fn new() -> Result<Self, CliError> {
        use tokio::signal::unix::{SignalKind, signal};
        let listen = |kind| signal(kind).map_err(|error| CliError::io("signals cannot be listened for", error));
        Ok(Self { terminate: listen(SignalKind::terminate())?, interrupt: listen(SignalKind::interrupt())? })
    }

    async fn next(&mut self) {
        tokio::select! {
            _ = self.terminate.recv() => {}
            _ = self.interrupt.recv() => {}
        }
    }
}

#[cfg(not(unix))]
struct Signals;

#[cfg(not(unix))]
impl Signals {
    fn new() -> Result<Self, CliError> {
        Ok(Self)
    }

    async fn next(&mut self) {
        if tokio::signal::ctrl_c().await.is_err() {
            std::future::pending::<()>().await;
        }
    }
}
