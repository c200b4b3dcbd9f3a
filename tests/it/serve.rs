//! The accept loop over raw sockets: slow peers are closed, a shutdown lets requests finish, connections are counted.

use std::{net::SocketAddr, sync::Arc, time::Duration};

use anteroom::web::{
    extract::RawJson,
    health::{self, Readiness},
    middleware::Shell,
    serve::{Limits, serve},
};
use axum::{
    Router,
    extract::ConnectInfo,
    routing::{get, post},
};
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::{TcpListener, TcpStream},
    sync::{Semaphore, mpsc, oneshot},
    task::JoinHandle,
};

/// A server with one handler that waits at a gate, and what is needed to open the gate and to stop the server.
struct Server {
    address: SocketAddr,
    readiness: Readiness,
    gate: Arc<Semaphore>,
    entries: mpsc::UnboundedReceiver<()>,
    stop: oneshot::Sender<()>,
    served: JoinHandle<std::io::Result<()>>,
}

const SHORT: Duration = Duration::from_millis(200);

async fn start(limits: Limits, body_timeout: Duration) -> Server {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    let (entered, entries) = mpsc::unbounded_channel();
    let gate = Arc::new(Semaphore::new(0));
    let waiting = Arc::clone(&gate);
    let wait = move || {
        let (gate, entered) = (Arc::clone(&waiting), entered.clone());
        async move {
            entered.send(()).unwrap();
            let _permit = gate.acquire().await.unwrap();
            "done"
        }
    };
    let routes = Router::new()
        .route("/wait", get(wait))
        .route("/peer", get(async |ConnectInfo(peer): ConnectInfo<SocketAddr>| peer.to_string()))
        .route("/echo", post(async |RawJson(bytes): RawJson| bytes))
        .route("/large", get(async || vec![b'x'; 64 << 20]));
    let readiness = Readiness::default();
    let ids = anteroom::ids::Ids::seeded(1);
    let shell = Shell { body_timeout, ..Shell::new(Arc::new(move || ids.uuid())) };
    let wrapped = shell.wrap(routes, health::routes(readiness.clone(), Vec::new()));
    let (stop, stopped) = oneshot::channel();
    let shutdown = async {
        stopped.await.ok();
    };
    let served = spawn(serve(listener, wrapped, limits, readiness.clone(), shutdown));
    Server { address, readiness, gate, entries, stop, served }
}

#[expect(clippy::disallowed_methods, reason = "the server under test runs beside its test")]
fn spawn<T: Send + 'static>(future: impl Future<Output = T> + Send + 'static) -> JoinHandle<T> {
    tokio::spawn(future)
}

async fn send(address: SocketAddr, text: &str) -> TcpStream {
    let mut stream = TcpStream::connect(address).await.unwrap();
    stream.write_all(text.as_bytes()).await.unwrap();
    stream
}

/// Everything up to the close. A reset is a close too.
async fn rest(stream: &mut TcpStream) -> String {
    let mut bytes = Vec::new();
    tokio::time::timeout(Duration::from_secs(20), stream.read_to_end(&mut bytes)).await.expect("never closed").ok();
    String::from_utf8_lossy(&bytes).into_owned()
}

/// One answer, up to the end of its body, which `last` is.
async fn answer(stream: &mut TcpStream, last: &str) -> String {
    let mut text = String::new();
    while !text.ends_with(last) {
        let mut bytes = [0; 1024];
        let read = stream.read(&mut bytes).await.unwrap();
        assert!(read > 0, "closed after {text:?}");
        text.push_str(std::str::from_utf8(&bytes[..read]).unwrap());
    }
    text
}

#[tokio::test]
async fn a_half_sent_head_is_closed() {
    let server = start(Limits { head: SHORT, ..Limits::default() }, SHORT).await;
    let mut half = send(server.address, "GET /peer HTTP/1.1\r\nHost: x\r\n").await;
    let text = rest(&mut half).await;
    assert!(!text.contains("200 OK"), "{text}");
    let mut silent = send(server.address, "").await;
    assert_eq!(rest(&mut silent).await, "");
}

#[tokio::test]
async fn a_slow_body_is_answered_and_closed() {
    let server = start(Limits::default(), SHORT).await;
    let head = "POST /echo HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nContent-Length: 9\r\n\r\n{\"a\"";
    let mut slow = send(server.address, head).await;
    let text = rest(&mut slow).await;
    assert!(text.starts_with("HTTP/1.1 408") && text.contains("/problems/slow-body"), "{text}");
}

#[tokio::test]
async fn a_peer_that_never_reads_is_closed() {
    let server = start(Limits { write_stall: SHORT, connections: 1, ..Limits::default() }, SHORT).await;
    let _deaf = send(server.address, "GET /large HTTP/1.1\r\nHost: x\r\n\r\n").await;
    // There is room for one connection: the next is served only after the deaf one is gone.
    let mut next = send(server.address, "GET /peer HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n").await;
    assert!(rest(&mut next).await.contains("127.0.0.1"));
}

#[tokio::test]
async fn a_shutdown_lets_the_request_in_flight_finish() {
    let mut server = start(Limits::default(), SHORT).await;
    let mut idle = send(server.address, "GET /peer HTTP/1.1\r\nHost: x\r\n\r\n").await;
    let own = idle.local_addr().unwrap().to_string();
    answer(&mut idle, &own).await;
    let mut flying = send(server.address, "GET /wait HTTP/1.1\r\nHost: x\r\n\r\n").await;
    server.entries.recv().await.unwrap();
    assert!(!server.readiness.is_draining());
    server.stop.send(()).unwrap();
    assert_eq!(rest(&mut idle).await, "", "an idle connection closes at once");
    assert!(server.readiness.is_draining());
    assert!(TcpStream::connect(server.address).await.is_err(), "still accepting");
    assert!(!server.served.is_finished());
    server.gate.add_permits(1);
    let text = rest(&mut flying).await;
    assert!(text.starts_with("HTTP/1.1 200") && text.ends_with("done"), "{text}");
    server.served.await.unwrap().unwrap();
}

#[tokio::test]
async fn a_drain_ends_in_time_all_the_same() {
    let mut server = start(Limits { drain: SHORT, ..Limits::default() }, SHORT).await;
    let mut flying = send(server.address, "GET /wait HTTP/1.1\r\nHost: x\r\n\r\n").await;
    server.entries.recv().await.unwrap();
    server.stop.send(()).unwrap();
    server.served.await.unwrap().unwrap();
    assert_eq!(rest(&mut flying).await, "");
}

#[tokio::test]
async fn connections_beyond_the_limit_wait_their_turn() {
    let mut server = start(Limits { connections: 1, ..Limits::default() }, SHORT).await;
    let mut first = send(server.address, "GET /wait HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n").await;
    server.entries.recv().await.unwrap();
    let mut second = send(server.address, "GET /wait HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n").await;
    assert!(tokio::time::timeout(SHORT, server.entries.recv()).await.is_err(), "the second was let in");
    server.gate.add_permits(1);
    assert!(rest(&mut first).await.ends_with("done"));
    assert!(rest(&mut second).await.ends_with("done"));
}

#[tokio::test]
async fn the_last_request_of_a_connection_says_that_it_closes() {
    let server = start(Limits { requests: 2, ..Limits::default() }, SHORT).await;
    let ask = "GET /peer HTTP/1.1\r\nHost: x\r\n\r\n";
    let mut stream = send(server.address, ask).await;
    let own = stream.local_addr().unwrap().to_string();
    assert!(!answer(&mut stream, &own).await.contains("connection: close"));
    stream.write_all(ask.as_bytes()).await.unwrap();
    assert!(rest(&mut stream).await.contains("connection: close"));
}

#[tokio::test]
async fn a_head_that_is_read_two_ways_is_refused() {
    let server = start(Limits::default(), SHORT).await;
    for head in [
        "POST /echo HTTP/1.1\r\nHost: x\r\nContent-Length: 2\r\nContent-Length: 3\r\n\r\n{} ",
        "GET /peer HTTP/1.1\r\nHost: x\r\n X-Folded: y\r\n\r\n",
        "GET /peer HTTP/1.1\r\nHost : x\r\n\r\n",
    ] {
        let mut stream = send(server.address, head).await;
        let text = rest(&mut stream).await;
        assert!(text.starts_with("HTTP/1.1 400"), "{head:?}: {text:?}");
    }
    let both = "POST /echo HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nContent-Length: 2\r\n\
                Transfer-Encoding: chunked\r\n\r\n0\r\n\r\nGET /peer HTTP/1.1\r\nHost: x\r\n\r\n";
    let mut stream = send(server.address, both).await;
    assert!(!rest(&mut stream).await.contains("127.0.0.1"), "the smuggled request was answered");
}
