//! A real SMTP server on a free port of this machine. It keeps every mail and misbehaves on request.

use std::collections::BTreeMap;
use std::io;
use std::net::SocketAddr;
use std::sync::{Arc, Mutex};

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use tokio::io::{AsyncBufReadExt, AsyncRead, AsyncWrite, AsyncWriteExt, BufStream};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::{Notify, watch};
use tokio::task::{JoinHandle, JoinSet};
use tokio_rustls::TlsAcceptor;
use tokio_rustls::rustls::ServerConfig;
use tokio_rustls::rustls::crypto::aws_lc_rs::default_provider;
use tokio_rustls::rustls::pki_types::PrivateKeyDer;

use super::mime;

/// One mail as it came in.
#[derive(Debug, Clone)]
pub struct Mail {
    /// The address in MAIL FROM.
    pub from: String,
    /// The addresses in RCPT TO.
    pub recipients: Vec<String>,
    /// The message, dots unstuffed.
    pub raw: Vec<u8>,
    /// Header names in lower case and unfolded values.
    pub headers: Vec<(String, String)>,
    /// The decoded subject.
    pub subject: String,
    /// The decoded text part.
    pub text: String,
    /// The decoded HTML part.
    pub html: String,
    /// Whether the client was told 250.
    pub acknowledged: bool,
    /// Whether it came over TLS.
    pub encrypted: bool,
    /// Who was signed in.
    pub user: Option<String>,
}

impl Mail {
    /// The first header of this name.
    pub fn header(&self, name: &str) -> Option<&str> {
        mime::header(&self.headers, name)
    }

    /// How many headers of this name there are.
    pub fn count(&self, name: &str) -> usize {
        self.headers.iter().filter(|(n, _)| n.eq_ignore_ascii_case(name)).count()
    }
}

/// What to do wrong with one mail.
#[derive(Debug, Clone, Copy)]
pub enum Fault {
    /// Answer MAIL with this code.
    AtMail(u16),
    /// Answer RCPT with this code.
    AtRecipient(u16),
    /// Answer DATA with this code.
    AtData(u16),
    /// Take the message and answer with this code.
    AtMessage(u16),
    /// Close the connection when RCPT comes.
    DropAtRecipient,
    /// Keep the message, then close the connection before the 250.
    DropAfterDot,
    /// Never answer RCPT.
    HangAtRecipient,
    /// Take the message and never answer.
    HangAfterDot,
}

/// How the server protects its connections.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Protection {
    /// No TLS offered.
    #[default]
    Plain,
    /// STARTTLS offered.
    StartTls,
    /// STARTTLS offered, but the answer to the command carries forged replies behind it.
    StartTlsInjected,
    /// TLS from the first byte.
    Implicit,
}

/// What kind of server to start.
#[derive(Debug, Clone, Default)]
pub struct Options {
    /// How connections are protected.
    pub protection: Protection,
    /// The user name and password to ask for.
    pub login: Option<(String, String)>,
    /// The names in the certificate; `localhost` and 127.0.0.1 when empty.
    pub certificate_names: Vec<String>,
}

#[derive(Default)]
struct State {
    mails: Mutex<Vec<Mail>>,
    by_number: Mutex<BTreeMap<usize, Fault>>,
    by_recipient: Mutex<BTreeMap<String, Fault>>,
    attempts: Mutex<usize>,
    connections: Mutex<usize>,
    arrived: Notify,
    /// Each change ends the connections that were open before it.
    cut: watch::Sender<()>,
}

/// The running server; dropping it ends all connections.
pub struct SmtpServer {
    /// Where it listens.
    pub addr: SocketAddr,
    /// The certificate to trust, in PEM form. It is its own authority.
    pub certificate_pem: String,
    state: Arc<State>,
    accepting: JoinHandle<()>,
}

impl Drop for SmtpServer {
    fn drop(&mut self) {
        self.accepting.abort();
    }
}

impl SmtpServer {
    /// A plain server without sign-in.
    pub async fn start() -> Self {
        Self::start_with(Options::default()).await
    }

    /// A server of the given kind.
    #[expect(clippy::disallowed_methods, reason = "the server runs beside the test and ends with its handle")]
    pub async fn start_with(options: Options) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a free port");
        let addr = listener.local_addr().expect("an address");
        let (certificate_pem, acceptor) = certificate(&options.certificate_names);
        let state = Arc::new(State::default());
        let accepting = tokio::spawn(accept(listener, Arc::clone(&state), options, acceptor));
        Self { addr, certificate_pem, state, accepting }
    }

    /// Applies a fault to the n-th MAIL command, counted over the server's life, beginning with 1.
    pub fn fault_on_mail(&self, number: usize, fault: Fault) {
        self.state.by_number.lock().unwrap().insert(number, fault);
    }

    /// Applies a fault to every mail to this address; `None` takes it back.
    pub fn fault_for(&self, recipient: &str, fault: Option<Fault>) {
        let mut faults = self.state.by_recipient.lock().unwrap();
        match fault {
            Some(fault) => faults.insert(recipient.to_owned(), fault),
            None => faults.remove(recipient),
        };
    }

    /// Every mail whose final dot came in, in order of arrival, acknowledged or not.
    pub fn received(&self) -> Vec<Mail> {
        self.state.mails.lock().unwrap().clone()
    }

    /// Waits until at least `n` mails have come in.
    pub async fn wait_for(&self, n: usize) -> Vec<Mail> {
        loop {
            let arrived = self.state.arrived.notified();
            tokio::pin!(arrived);
            arrived.as_mut().enable();
            let mails = self.received();
            if mails.len() >= n {
                return mails;
            }
            arrived.await;
        }
    }

    /// How many connections were opened so far.
    pub fn connections(&self) -> usize {
        *self.state.connections.lock().unwrap()
    }

    /// Closes every open connection as soon as it waits for a command, as a relay does with idle ones.
    pub fn cut_idle_connections(&self) {
        self.state.cut.send_replace(());
    }
}

fn certificate(names: &[String]) -> (String, TlsAcceptor) {
    let own = ["localhost".to_owned(), "127.0.0.1".to_owned()];
    let names = if names.is_empty() { &own } else { names };
    let made = rcgen::generate_simple_self_signed(names).expect("a certificate");
    let key = PrivateKeyDer::try_from(made.key_pair.serialize_der()).expect("a key");
    let config = ServerConfig::builder_with_provider(Arc::new(default_provider()))
        .with_safe_default_protocol_versions()
        .expect("protocol versions")
        .with_no_client_auth()
        .with_single_cert(vec![made.cert.der().clone()], key)
        .expect("a certificate that fits its key");
    (made.cert.pem(), TlsAcceptor::from(Arc::new(config)))
}

async fn accept(listener: TcpListener, state: Arc<State>, options: Options, acceptor: TlsAcceptor) {
    let mut connections = JoinSet::new();
    while let Ok((tcp, _)) = listener.accept().await {
        *state.connections.lock().unwrap() += 1;
        connections.spawn(connection(tcp, Arc::clone(&state), options.clone(), acceptor.clone()));
    }
}

async fn connection(tcp: TcpStream, state: Arc<State>, options: Options, acceptor: TlsAcceptor) -> io::Result<()> {
    tcp.set_nodelay(true)?;
    if options.protection == Protection::Implicit {
        let mut dialog = Dialog::new(acceptor.accept(tcp).await?, &state, &options, true);
        dialog.say("220 test ready").await?;
        return dialog.run().await.map(drop);
    }
    let mut dialog = Dialog::new(tcp, &state, &options, false);
    dialog.say("220 test ready").await?;
    if dialog.run().await? == End::StartTls {
        let tcp = dialog.line.into_inner();
        let mut dialog = Dialog::new(acceptor.accept(tcp).await?, &state, &options, true);
        dialog.run().await?;
    }
    Ok(())
}

#[derive(PartialEq, Eq)]
enum End {
    Closed,
    StartTls,
}

struct Dialog<'a, S> {
    line: BufStream<S>,
    state: &'a State,
    options: &'a Options,
    encrypted: bool,
    user: Option<String>,
    fault: Option<Fault>,
    cut: watch::Receiver<()>,
    /// Whether a mail was begun and neither finished nor reset.
    begun: bool,
    from: String,
    recipients: Vec<String>,
}

impl<'a, S: AsyncRead + AsyncWrite + Unpin> Dialog<'a, S> {
    fn new(stream: S, state: &'a State, options: &'a Options, encrypted: bool) -> Self {
        Self {
            line: BufStream::new(stream),
            state,
            options,
            encrypted,
            user: None,
            fault: None,
            cut: state.cut.subscribe(),
            begun: false,
            from: String::new(),
            recipients: vec![],
        }
    }

    async fn say(&mut self, reply: &str) -> io::Result<()> {
        self.line.write_all(format!("{reply}\r\n").as_bytes()).await?;
        self.line.flush().await
    }

    /// The next line without its end, or `None` when the client has gone or the test cuts the connection.
    async fn hear(&mut self) -> io::Result<Option<String>> {
        let mut line = String::new();
        let read = tokio::select! {
            read = self.line.read_line(&mut line) => read?,
            _ = self.cut.changed() => 0,
        };
        Ok((read > 0).then(|| line.trim_end_matches(['\r', '\n']).to_owned()))
    }

    async fn run(&mut self) -> io::Result<End> {
        while let Some(line) = self.hear().await? {
            let verb = line.split([' ', ':']).next().unwrap_or_default().to_ascii_uppercase();
            match verb.as_str() {
                "EHLO" => self.hello().await?,
                "HELO" | "NOOP" => self.say("250 fine").await?,
                "RSET" => {
                    self.begun = false;
                    self.say("250 forgotten").await?;
                }
                "STARTTLS" if self.options.protection == Protection::StartTls => {
                    self.say("220 go ahead").await?;
                    return Ok(End::StartTls);
                }
                "STARTTLS" if self.options.protection == Protection::StartTlsInjected => {
                    self.say("220 go ahead\r\n250 forged\r\n250 forged\r\n250 forged\r\n354 forged\r\n250 forged")
                        .await?;
                    return Ok(End::StartTls);
                }
                "AUTH" => self.sign_in(&line).await?,
                "MAIL" => self.mail(&line).await?,
                "RCPT" => {
                    if !self.recipient(&line).await? {
                        return Ok(End::Closed);
                    }
                }
                "DATA" => {
                    if !self.data().await? {
                        return Ok(End::Closed);
                    }
                }
                "QUIT" => {
                    self.say("221 bye").await?;
                    return Ok(End::Closed);
                }
                _ => self.say("502 unknown command").await?,
            }
        }
        Ok(End::Closed)
    }

    async fn hello(&mut self) -> io::Result<()> {
        let mut lines = vec!["test", "PIPELINING", "8BITMIME"];
        let offers = matches!(self.options.protection, Protection::StartTls | Protection::StartTlsInjected);
        if offers && !self.encrypted {
            lines.push("STARTTLS");
        }
        if self.options.login.is_some() {
            lines.push("AUTH PLAIN");
        }
        let last = lines.len() - 1;
        let reply: Vec<String> =
            lines.iter().enumerate().map(|(i, l)| format!("250{}{l}", if i == last { ' ' } else { '-' })).collect();
        self.say(&reply.join("\r\n")).await
    }

    async fn sign_in(&mut self, line: &str) -> io::Result<()> {
        let token = STANDARD.decode(line.split(' ').nth(2).unwrap_or_default()).unwrap_or_default();
        let token = String::from_utf8_lossy(&token).into_owned();
        let mut given = token.split('\0').skip(1);
        let (user, password) = (given.next().unwrap_or_default(), given.next().unwrap_or_default());
        let known = self.options.login.as_ref().is_some_and(|(u, p)| u == user && p == password);
        if known {
            self.user = Some(user.to_owned());
        }
        self.say(if known { "235 welcome" } else { "535 wrong user name or password" }).await
    }

    async fn mail(&mut self, line: &str) -> io::Result<()> {
        let number = {
            let mut attempts = self.state.attempts.lock().unwrap();
            *attempts += 1;
            *attempts
        };
        self.fault = self.state.by_number.lock().unwrap().get(&number).copied();
        self.from = address(line);
        self.recipients.clear();
        if self.options.login.is_some() && self.user.is_none() {
            return self.say("530 sign in first").await;
        }
        if self.begun {
            return self.say("503 a mail is under way").await;
        }
        if let Some(Fault::AtMail(code)) = self.fault {
            return self.say(&format!("{code} as scripted")).await;
        }
        self.begun = true;
        self.say("250 sender fine").await
    }

    /// Returns whether the connection stays open.
    async fn recipient(&mut self, line: &str) -> io::Result<bool> {
        let recipient = address(line);
        let scripted = self.state.by_recipient.lock().unwrap().get(&recipient).copied();
        self.fault = scripted.or(self.fault);
        match self.fault {
            Some(Fault::AtRecipient(code)) => {
                // A positive code, 251 for example, takes the recipient.
                if code < 300 {
                    self.recipients.push(recipient);
                }
                self.say(&format!("{code} as scripted")).await?;
            }
            Some(Fault::DropAtRecipient) => return Ok(false),
            Some(Fault::HangAtRecipient) => std::future::pending().await,
            _ => {
                self.recipients.push(recipient);
                self.say("250 recipient fine").await?;
            }
        }
        Ok(true)
    }

    /// Returns whether the connection stays open.
    async fn data(&mut self) -> io::Result<bool> {
        if self.recipients.is_empty() {
            self.say("503 no recipient").await?;
            return Ok(true);
        }
        if let Some(Fault::AtData(code)) = self.fault {
            self.say(&format!("{code} as scripted")).await?;
            return Ok(true);
        }
        self.say("354 go on").await?;
        let Some(raw) = self.message().await? else { return Ok(false) };
        self.begun = false;
        let code = match self.fault {
            Some(Fault::AtMessage(code)) => code,
            _ => 250,
        };
        let keep = code == 250;
        let answered = !matches!(self.fault, Some(Fault::DropAfterDot | Fault::HangAfterDot));
        if keep {
            self.keep(raw, answered);
        }
        match self.fault {
            Some(Fault::DropAfterDot) => return Ok(false),
            Some(Fault::HangAfterDot) => std::future::pending().await,
            _ => self.say(&format!("{code} message")).await?,
        }
        Ok(true)
    }

    async fn message(&mut self) -> io::Result<Option<Vec<u8>>> {
        let mut raw = Vec::new();
        loop {
            let mut line = Vec::new();
            if self.line.read_until(b'\n', &mut line).await? == 0 {
                return Ok(None);
            }
            if line == b".\r\n" {
                return Ok(Some(raw));
            }
            assert!(line.ends_with(b"\r\n"), "a bare line feed: {line:?}");
            raw.extend_from_slice(line.strip_prefix(b".").unwrap_or(&line));
        }
    }

    fn keep(&mut self, raw: Vec<u8>, acknowledged: bool) {
        let text = String::from_utf8_lossy(&raw).into_owned();
        let headers = mime::headers(&text);
        let mail = Mail {
            from: self.from.clone(),
            recipients: std::mem::take(&mut self.recipients),
            subject: mime::words(mime::header(&headers, "subject").unwrap_or_default()),
            text: mime::part(&text, "text/plain").unwrap_or_default(),
            html: mime::part(&text, "text/html").unwrap_or_default(),
            headers,
            raw,
            acknowledged,
            encrypted: self.encrypted,
            user: self.user.clone(),
        };
        self.state.mails.lock().unwrap().push(mail);
        self.state.arrived.notify_waiters();
    }
}

/// The address between the angle brackets of MAIL and RCPT.
fn address(line: &str) -> String {
    let rest = line.split('<').nth(1).unwrap_or_default();
    rest.split('>').next().unwrap_or_default().to_owned()
}
