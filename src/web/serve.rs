//! The accept loop. `axum::serve` sets no timer, so that a half-sent request head would stay open for ever; this loop
//! limits heads, stalled writes, connections and requests a connection, and drains when it is told to stop.

use std::{
    future::Future,
    io,
    net::SocketAddr,
    pin::{Pin, pin},
    sync::{
        Arc,
        atomic::{AtomicU64, Ordering},
    },
    task::{Context, Poll, ready},
    time::Duration,
};

use axum::{
    Router,
    body::Body,
    extract::ConnectInfo,
    http::{HeaderValue, Request, Response, header},
};
use hyper::{body::Incoming, server::conn::http1, service::service_fn};
use hyper_util::{
    rt::{TokioIo, TokioTimer},
    server::graceful::{GracefulShutdown, Watcher},
};
use tokio::{
    io::{AsyncRead, AsyncWrite, ReadBuf},
    net::{TcpListener, TcpStream},
    sync::{OwnedSemaphorePermit, Semaphore},
    task::JoinSet,
    time::{Sleep, sleep},
};
use tower::ServiceExt as _;

use super::health::Readiness;

/// How long to wait after a failed accept: the usual cause is that no file descriptor is free, and asking again at
/// once would only spin.
const ACCEPT_PAUSE: Duration = Duration::from_millis(100);

/// Bytes that a request's head may have.
const HEAD_MOST: usize = 32 * 1024;

/// Headers that a request may have.
const HEADERS_MOST: usize = 64;

/// The limits of the accept loop.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Limits {
    /// How long a request's head may take, and how long a kept connection may be idle.
    pub head: Duration,
    /// How long a peer may take none of an answer's bytes.
    pub write_stall: Duration,
    /// Connections at once; those beyond wait in the listener's queue.
    pub connections: usize,
    /// Requests on one connection; the last one's answer says that it closes.
    pub requests: u64,
    /// How long requests in flight may take after the shutdown began.
    pub drain: Duration,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            head: Duration::from_secs(5),
            write_stall: Duration::from_secs(10),
            connections: 4096,
            requests: 1000,
            drain: Duration::from_secs(20),
        }
    }
}

/// Serves until `shutdown` ends, then stops accepting, says so in `readiness`, lets requests in flight finish for at
/// most `limits.drain`, and returns. Handlers find the peer's address as `ConnectInfo<SocketAddr>`.
///
/// # Errors
/// Where the listener cannot say its own address, which means that it is broken; failing accepts are waited out.
pub async fn serve(
    listener: TcpListener,
    router: Router,
    limits: Limits,
    readiness: Readiness,
    shutdown: impl Future<Output = ()>,
) -> io::Result<()> {
    tracing::info!(address = %listener.local_addr()?, "listening");
    let graceful = GracefulShutdown::new();
    let slots = Arc::new(Semaphore::new(limits.connections));
    let mut connections = JoinSet::new();
    let mut shutdown = pin!(shutdown);
    loop {
        tokio::select! {
            biased;
            () = &mut shutdown => break,
            Some(_) = connections.join_next() => {}
            (stream, peer, slot) = next(&listener, &slots) => {
                connections.spawn(connection(stream, peer, router.clone(), limits, graceful.watcher(), slot));
            }
        }
    }
    readiness.drain();
    drop(listener);
    tracing::info!(connections = connections.len(), "draining");
    if tokio::time::timeout(limits.drain, graceful.shutdown()).await.is_err() {
        tracing::warn!("requests in flight were broken off");
    }
    connections.shutdown().await;
    Ok(())
}

/// The next connection, once there is room for it.
async fn next(listener: &TcpListener, slots: &Arc<Semaphore>) -> (TcpStream, SocketAddr, Option<OwnedSemaphorePermit>) {
    // The semaphore is never closed, so that there is always a permit to come.
    let slot = Arc::clone(slots).acquire_owned().await.ok();
    loop {
        match listener.accept().await {
            Ok((stream, peer)) => return (stream, peer, slot),
            Err(error) if gone(&error) => {}
            Err(error) => {
                tracing::error!(%error, "cannot accept");
                sleep(ACCEPT_PAUSE).await;
            }
        }
    }
}

/// Whether only this one peer went away, which says nothing about the listener.
fn gone(error: &io::Error) -> bool {
    matches!(
        error.kind(),
        io::ErrorKind::ConnectionAborted | io::ErrorKind::ConnectionReset | io::ErrorKind::ConnectionRefused
    )
}

async fn connection(
    stream: TcpStream,
    peer: SocketAddr,
    router: Router,
    limits: Limits,
    watcher: Watcher,
    slot: Option<OwnedSemaphorePermit>,
) {
    // Answers are written whole; waiting to fill a packet would only delay them.
    if let Err(error) = stream.set_nodelay(true) {
        tracing::debug!(%error, "cannot set no-delay");
    }
    let answered = Arc::new(AtomicU64::new(0));
    let service = service_fn(move |request: Request<Incoming>| {
        let last = answered.fetch_add(1, Ordering::Relaxed) + 1 >= limits.requests;
        answer(router.clone(), request, peer, last)
    });
    let io = TokioIo::new(Unstalled { stream, most: limits.write_stall, timer: None });
    let served = http1::Builder::new()
        .timer(TokioTimer::new())
        .header_read_timeout(limits.head)
        .max_buf_size(HEAD_MOST)
        .max_headers(HEADERS_MOST)
        .serve_connection(io, service);
    if let Err(error) = watcher.watch(served).await {
        tracing::debug!(%error, "connection ended");
    }
    drop(slot);
}

async fn answer(
    router: Router,
    request: Request<Incoming>,
    peer: SocketAddr,
    last: bool,
) -> Result<Response<Body>, std::convert::Infallible> {
    let mut request = request.map(Body::new);
    request.extensions_mut().insert(ConnectInfo(peer));
    let mut response = router.oneshot(request).await?;
    if last {
        response.headers_mut().insert(header::CONNECTION, HeaderValue::from_static("close"));
    }
    Ok(response)
}

/// A stream whose writes fail when the peer takes nothing for a while: a peer that never reads its answer would
/// otherwise hold its connection for ever.
struct Unstalled {
    stream: TcpStream,
    most: Duration,
    timer: Option<Pin<Box<Sleep>>>,
}

impl Unstalled {
    fn timed<T>(&mut self, cx: &mut Context<'_>, poll: Poll<io::Result<T>>) -> Poll<io::Result<T>> {
        if poll.is_ready() {
            self.timer = None;
            return poll;
        }
        let most = self.most;
        ready!(self.timer.get_or_insert_with(|| Box::pin(sleep(most))).as_mut().poll(cx));
        Poll::Ready(Err(io::ErrorKind::TimedOut.into()))
    }
}

impl AsyncRead for Unstalled {
    fn poll_read(mut self: Pin<&mut Self>, cx: &mut Context<'_>, buf: &mut ReadBuf<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_read(cx, buf)
    }
}

impl AsyncWrite for Unstalled {
    fn poll_write(mut self: Pin<&mut Self>, cx: &mut Context<'_>, bytes: &[u8]) -> Poll<io::Result<usize>> {
        let poll = Pin::new(&mut self.stream).poll_write(cx, bytes);
        self.timed(cx, poll)
    }

    fn poll_write_vectored(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        bytes: &[io::IoSlice<'_>],
    ) -> Poll<io::Result<usize>> {
        let poll = Pin::new(&mut self.stream).poll_write_vectored(cx, bytes);
        self.timed(cx, poll)
    }

    fn is_write_vectored(&self) -> bool {
        self.stream.is_write_vectored()
    }

    fn poll_flush(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_flush(cx)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_shutdown(cx)
    }
}
