//! A TCP stream that hands out one byte at a time until told otherwise.
//!
//! The SMTP client reads through a buffer that survives STARTTLS. Whoever sits on the line could append forged
//! replies to the plain-text answer, and the client would later take them out of its buffer as if they had come
//! through TLS. Read byte by byte, the buffer never holds more than the line being read: what was injected reaches
//! the TLS handshake instead, which fails.

use std::io;
use std::net::SocketAddr;
use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::task::{Context, Poll};

use lettre::transport::smtp::client::AsyncTokioStream;
use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio::net::TcpStream;

/// See the head of this file.
#[derive(Debug)]
pub(super) struct CarefulStream {
    tcp: TcpStream,
    full_speed: Arc<AtomicBool>,
}

impl CarefulStream {
    /// Wraps a connected stream. Setting the flag ends the byte-wise reading.
    pub(super) fn new(tcp: TcpStream, full_speed: Arc<AtomicBool>) -> Self {
        Self { tcp, full_speed }
    }
}

impl AsyncTokioStream for CarefulStream {
    fn peer_addr(&self) -> io::Result<SocketAddr> {
        self.tcp.peer_addr()
    }
}

impl AsyncRead for CarefulStream {
    fn poll_read(self: Pin<&mut Self>, cx: &mut Context<'_>, buf: &mut ReadBuf<'_>) -> Poll<io::Result<()>> {
        let this = self.get_mut();
        if this.full_speed.load(Ordering::Relaxed) || buf.remaining() == 0 {
            return Pin::new(&mut this.tcp).poll_read(cx, buf);
        }
        let mut byte = [0u8; 1];
        let mut one = ReadBuf::new(&mut byte);
        let outcome = Pin::new(&mut this.tcp).poll_read(cx, &mut one);
        buf.put_slice(one.filled());
        outcome
    }
}

impl AsyncWrite for CarefulStream {
    fn poll_write(self: Pin<&mut Self>, cx: &mut Context<'_>, buf: &[u8]) -> Poll<io::Result<usize>> {
        Pin::new(&mut self.get_mut().tcp).poll_write(cx, buf)
    }

    fn poll_flush(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.get_mut().tcp).poll_flush(cx)
    }

    fn poll_shutdown(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.get_mut().tcp).poll_shutdown(cx)
    }
}
