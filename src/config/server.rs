//! Where and how the service listens, and the bounds that keep it standing.

use std::net::{IpAddr, SocketAddr};

use serde::{Deserialize, Serialize};

use super::problem::{Problem, Problems};

/// The section `server`.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ServerSettings {
    /// The address of the main listener.
    pub listen: SocketAddr,
    /// How browsers reach the service: scheme and host, with a port where needed, without a path. The issuer and
    /// audience of tokens and the beginning of every link in a mail.
    pub public_url: String,
    /// The largest request body in bytes.
    pub body_limit_bytes: usize,
    /// Seconds within which a request's head must be complete.
    pub header_timeout_s: u64,
    /// Seconds within which a request's body must be complete.
    pub body_timeout_s: u64,
    /// Seconds within which a document's content must be complete.
    pub content_timeout_s: u64,
    /// Seconds within which a handler must answer.
    pub handler_timeout_s: u64,
    /// Connections held at a time.
    pub max_connections: usize,
    /// Requests handled at a time; beyond them the answer is 503.
    pub max_requests: usize,
    /// Requests a minute that one person or gateway may make of one process, as many of them at once; beyond them the
    /// answer is 429.
    pub requests_per_minute: u32,
    /// Seconds that running requests have to end at shutdown.
    pub drain_s: u64,
}

impl ServerSettings {
    /// Whether clients reach the service by TLS.
    pub fn is_https(&self) -> bool {
        self.public_url.starts_with("https://")
    }

    pub(super) fn problems(&self) -> Vec<Problem> {
        let mut problems = Problems::of("server");
        match origin_host(&self.public_url) {
            None => problems.when(true, "public_url", "must be http:// or https:// and a host, without a path"),
            Some(host) => problems.when(
                !self.is_https() && !is_loopback(host),
                "public_url",
                "must be https: passwords and sessions would cross the network in the clear",
            ),
        }
        problems.range("body_limit_bytes", self.body_limit_bytes, 1_024..=16 * 1_024 * 1_024);
        problems.range("header_timeout_s", self.header_timeout_s, 1..=60);
        problems.range("body_timeout_s", self.body_timeout_s, 1..=300);
        problems.range("content_timeout_s", self.content_timeout_s, 1..=300);
        problems.range("handler_timeout_s", self.handler_timeout_s, 1..=300);
        problems.range("max_connections", self.max_connections, 1..=100_000);
        problems.range("max_requests", self.max_requests, 1..=self.max_connections.max(1));
        problems.range("requests_per_minute", self.requests_per_minute, 60..=1_000_000);
        problems.range("drain_s", self.drain_s, 0..=300);
        problems.done()
    }
}

/// The host of an origin, or `None` if the text is not an origin and nothing else.
fn origin_host(url: &str) -> Option<&str> {
    let authority = url.strip_prefix("https://").or_else(|| url.strip_prefix("http://"))?;
    let parsed: http::uri::Authority = authority.parse().ok()?;
    let bare = !authority.contains(['/', '?', '#', '@']) && !parsed.host().is_empty();
    bare.then(|| host_of(authority))
}

fn host_of(authority: &str) -> &str {
    match authority.strip_prefix('[').and_then(|rest| rest.split_once(']')) {
        Some((address, _)) => address,
        None => authority.split(':').next().unwrap_or_default(),
    }
}

/// Whether `host` is this machine, by name or by address.
pub(super) fn is_loopback(host: &str) -> bool {
    host == "localhost" || host.parse::<IpAddr>().is_ok_and(|address| address.is_loopback())
}
