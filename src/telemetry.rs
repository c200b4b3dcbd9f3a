//! Logs: one subscriber, set once at start. Pretty on a terminal, one JSON object a line elsewhere, times in UTC.
//!
//! What is logged is decided where it is logged; bodies, secrets and document text never are. Libraries that would
//! write them at their chattier levels - statements with their parameters, mail on the wire, HTTP bodies - are held at
//! `info` here whatever the configured filter says, so that no one turns a leak on by asking for details (ASVS 16.2.5).

use std::io::IsTerminal;

use tracing::Subscriber;
use tracing::level_filters::LevelFilter;
use tracing_subscriber::filter::filter_fn;
use tracing_subscriber::fmt::MakeWriter;
use tracing_subscriber::layer::SubscriberExt;
use tracing_subscriber::util::{SubscriberInitExt, TryInitError};
use tracing_subscriber::{EnvFilter, Layer, Registry};

use crate::config::{LogFormat, TelemetrySettings};

/// Targets that show contents below `info`.
const TALKATIVE: &[&str] =
    &["sqlx", "sea_orm", "lettre", "hyper", "hyper_util", "tower_http", "rustls", "h2", "reqwest", "cedar_policy"];

/// Where log lines go.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Output {
    /// Standard output: the service, whose output is its log.
    Stdout,
    /// Standard error: commands, whose output is data.
    Stderr,
}

/// Why logging could not be set up.
#[derive(Debug, thiserror::Error)]
pub enum TelemetryError {
    /// The configured filter cannot be read.
    #[error("telemetry.filter cannot be read")]
    Filter(#[from] tracing_subscriber::filter::ParseError),
    /// It was set up before.
    #[error("logging was set up twice")]
    Twice(#[from] TryInitError),
}

/// Sets up logging for the whole process.
///
/// # Errors
/// [`TelemetryError`] if the filter cannot be read or logging is set up already.
pub fn init(settings: &TelemetrySettings, output: Output) -> Result<(), TelemetryError> {
    match output {
        Output::Stdout => {
            let terminal = std::io::stdout().is_terminal();
            Ok(subscriber(settings, terminal, std::io::stdout)?.try_init()?)
        }
        Output::Stderr => {
            let terminal = std::io::stderr().is_terminal();
            Ok(subscriber(settings, terminal, std::io::stderr)?.try_init()?)
        }
    }
}

fn subscriber<W>(
    settings: &TelemetrySettings,
    terminal: bool,
    writer: W,
) -> Result<impl Subscriber + Send + Sync + use<W>, TelemetryError>
where
    W: for<'w> MakeWriter<'w> + Send + Sync + 'static,
{
    let filter = EnvFilter::builder().with_default_directive(LevelFilter::INFO.into()).parse(&settings.filter)?;
    let quiet = filter_fn(|metadata| *metadata.level() <= tracing::Level::INFO || !is_talkative(metadata.target()));
    let lines = tracing_subscriber::fmt::layer().with_writer(writer);
    let json = match settings.format {
        LogFormat::Json => true,
        LogFormat::Pretty => false,
        LogFormat::Auto => !terminal,
    };
    let lines: Box<dyn Layer<Registry> + Send + Sync> = if json {
        lines.json().flatten_event(true).with_span_list(false).with_filter(filter).with_filter(quiet).boxed()
    } else {
        lines.with_ansi(terminal).with_filter(filter).with_filter(quiet).boxed()
    };
    Ok(tracing_subscriber::registry().with(lines))
}

fn is_talkative(target: &str) -> bool {
    let root = target.split("::").next().unwrap_or(target);
    TALKATIVE.contains(&root)
}

#[cfg(test)]
mod tests {
    use std::io::Write;
    use std::sync::{Arc, Mutex};

    use super::*;

    #[derive(Clone, Default)]
    struct Captured(Arc<Mutex<Vec<u8>>>);

    impl Write for Captured {
        fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
            self.0.lock().unwrap().extend_from_slice(bytes);
            Ok(bytes.len())
        }

        fn flush(&mut self) -> std::io::Result<()> {
            Ok(())
        }
    }

    fn logged(format: LogFormat, filter: &str, work: impl FnOnce()) -> String {
        let captured = Captured::default();
        let writer = captured.clone();
        let settings = TelemetrySettings { format, filter: filter.to_owned() };
        let subscriber = subscriber(&settings, false, move || writer.clone()).unwrap();
        tracing::subscriber::with_default(subscriber, work);
        String::from_utf8(captured.0.lock().unwrap().clone()).unwrap()
    }

    #[test]
    fn hostile_text_stays_inside_one_json_line() {
        let hostile = "evil\r\n{\"level\":\"ERROR\"}\u{1b}[31m\u{2028}";
        let text = logged(LogFormat::Auto, "info", || tracing::info!(agent = hostile, "request"));
        assert_eq!(text.trim_end_matches('\n').lines().count(), 1, "{text}");
        assert!(!text.contains('\u{1b}'));
        let line: serde_json::Value = serde_json::from_str(&text).unwrap();
        assert_eq!((&line["level"], &line["message"]), (&"INFO".into(), &"request".into()));
        assert_eq!(line["agent"], hostile);
        assert!(line["timestamp"].as_str().unwrap().ends_with('Z'), "times are UTC");
    }

    #[test]
    fn pretty_lines_carry_no_control_sequences_from_outside() {
        let text = logged(LogFormat::Pretty, "info", || tracing::info!("agent \u{1b}[31m"));
        assert!(text.contains("agent") && !text.contains('\u{1b}'), "{text:?}");
    }

    #[test]
    fn the_filter_counts_but_talkative_libraries_stay_at_info() {
        let text = logged(LogFormat::Json, "trace", || {
            tracing::debug!(target: "anteroom::app", "ours");
            tracing::debug!(target: "sqlx::query", "statement with parameters");
            tracing::trace!(target: "lettre::transport::smtp", "mail on the wire");
            tracing::info!(target: "sqlx::query", "slow statement");
        });
        assert!(text.contains("ours") && text.contains("slow statement"), "{text}");
        assert!(!text.contains("parameters") && !text.contains("on the wire"), "{text}");
        let text = logged(LogFormat::Json, "warn,anteroom=info", || {
            tracing::info!(target: "elsewhere", "not asked for");
            tracing::info!(target: "anteroom::app", "asked for");
        });
        assert!(text.contains("\"asked for\"") && !text.contains("not asked for"), "{text}");
    }

    #[test]
    fn an_unreadable_filter_is_an_error() {
        let settings = TelemetrySettings { format: LogFormat::Json, filter: "anteroom=loud".to_owned() };
        assert!(matches!(subscriber(&settings, false, std::io::sink), Err(TelemetryError::Filter(_))));
    }
}
