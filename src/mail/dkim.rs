//! DKIM signatures (RFC 6376), for a relay that signs nothing itself: relaxed canonicalization of head and body, with
//! RSA (RFC 8301) or Ed25519 (RFC 8463). The headers that are signed are listed, since a library's default list would
//! leave those out by which mail programs thread and unsubscribe.

use std::fmt;

use aws_lc_rs::{
    digest::{SHA256, digest},
    rand::SystemRandom,
    signature::{Ed25519KeyPair, RSA_PKCS1_SHA256, RsaKeyPair},
};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;

/// The headers that are signed, each as often as it stands in a mail and once more, so that nobody adds another.
const SIGNED: [&str; 12] = [
    "From",
    "To",
    "Subject",
    "Date",
    "Message-ID",
    "In-Reply-To",
    "References",
    "MIME-Version",
    "Content-Type",
    "List-Unsubscribe",
    "List-Unsubscribe-Post",
    "Auto-Submitted",
];

/// Characters of the signature in a line.
const LINE: usize = 72;

/// The fewest bits of an RSA key (RFC 8301, section 3.2).
const FEWEST_BYTES: usize = 256;

/// Signs mails of a domain.
pub struct Signer {
    domain: String,
    selector: String,
    key: Key,
}

enum Key {
    Rsa(Box<RsaKeyPair>),
    Ed25519(Ed25519KeyPair),
}

/// Why a signer cannot be made or a mail cannot be signed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum DkimError {
    /// Domain or selector is not made of the characters of a domain name.
    #[error("the selector or the domain is not a domain name")]
    Name,
    /// The key is neither an RSA key of 2048 bits or more nor an Ed25519 key, as PKCS #8 in PEM.
    #[error("the key is not an RSA (2048 bits or more) or Ed25519 key in PKCS #8 PEM")]
    Key,
    /// The mail has no end of its head, or the key does not sign.
    #[error("the mail could not be signed")]
    Sign,
}

/// Prints everything but the key.
impl fmt::Debug for Signer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (domain, selector) = (&self.domain, &self.selector);
        f.debug_struct("Signer").field("domain", domain).field("selector", selector).finish_non_exhaustive()
    }
}

impl Signer {
    /// A signer for the domain, whose public key stands in the DNS under the selector.
    ///
    /// # Errors
    /// [`DkimError::Name`] or [`DkimError::Key`].
    pub fn new(domain: &str, selector: &str, pem: &str) -> Result<Self, DkimError> {
        let label = |byte: u8| byte.is_ascii_alphanumeric() || byte == b'-' || byte == b'.';
        let named = |text: &str| !text.is_empty() && text.len() <= 200 && text.bytes().all(label);
        if !named(domain) || !named(selector) {
            return Err(DkimError::Name);
        }
        let key = key_of(pem).ok_or(DkimError::Key)?;
        Ok(Self { domain: domain.to_owned(), selector: selector.to_owned(), key })
    }

    /// The mail with its signature in front. `bytes` is a mail with lines that end in CRLF.
    ///
    /// # Errors
    /// [`DkimError::Sign`].
    pub fn sign(&self, bytes: &[u8]) -> Result<Vec<u8>, DkimError> {
        let text = std::str::from_utf8(bytes).map_err(|_| DkimError::Sign)?;
        let (head, body) = text.split_once("\r\n\r\n").ok_or(DkimError::Sign)?;
        let headers = headers(head);
        let names = signed_names(&headers);
        let hash = STANDARD.encode(digest(&SHA256, relaxed_body(body).as_bytes()));
        let unsigned = format!(
            "v=1; a={}; c=relaxed/relaxed; d={}; s={};\r\n\th={};\r\n\tbh={hash};\r\n\tb=",
            self.algorithm(),
            self.domain,
            self.selector,
            folded(&names.join(":"), ':'),
        );
        let mut data = String::new();
        let mut left = headers.clone();
        for name in &names {
            // The last one of a name that was not taken yet; none for the one more.
            if let Some(at) = left.iter().rposition(|(header, _)| header.eq_ignore_ascii_case(name)) {
                let (header, value) = left.remove(at);
                data.push_str(&relaxed_header(header, value));
                data.push_str("\r\n");
            }
        }
        data.push_str(&relaxed_header("DKIM-Signature", &unsigned));
        let signature = STANDARD.encode(self.signature(data.as_bytes())?);
        let mut signed = format!("DKIM-Signature: {unsigned}{}\r\n", wrapped(&signature)).into_bytes();
        signed.extend_from_slice(bytes);
        Ok(signed)
    }

    const fn algorithm(&self) -> &'static str {
        match self.key {
            Key::Rsa(_) => "rsa-sha256",
            Key::Ed25519(_) => "ed25519-sha256",
        }
    }

    fn signature(&self, data: &[u8]) -> Result<Vec<u8>, DkimError> {
        match &self.key {
            Key::Rsa(key) => {
                let mut signature = vec![0; key.public_modulus_len()];
                key.sign(&RSA_PKCS1_SHA256, &SystemRandom::new(), data, &mut signature).map_err(|_| DkimError::Sign)?;
                Ok(signature)
            }
            // RFC 8463: what is signed is the hash of the data.
            Key::Ed25519(key) => Ok(key.sign(digest(&SHA256, data).as_ref()).as_ref().to_vec()),
        }
    }
}

/// Reads PKCS #8 in PEM.
fn key_of(pem: &str) -> Option<Key> {
    let body = pem.split("-----BEGIN PRIVATE KEY-----").nth(1)?.split("-----END PRIVATE KEY-----").next()?;
    let der = STANDARD.decode(body.split_whitespace().collect::<String>()).ok()?;
    if let Ok(key) = RsaKeyPair::from_pkcs8(&der) {
        return (key.public_modulus_len() >= FEWEST_BYTES).then(|| Key::Rsa(Box::new(key)));
    }
    Ed25519KeyPair::from_pkcs8_maybe_unchecked(&der).ok().map(Key::Ed25519)
}

/// Names and values, folds included, in the order of the mail.
fn headers(head: &str) -> Vec<(&str, &str)> {
    let mut found = Vec::new();
    let mut start = 0;
    let mut ends: Vec<usize> = head.match_indices("\r\n").map(|(at, _)| at).collect();
    ends.push(head.len());
    for end in ends {
        if head.get(end + 2..).is_some_and(|rest| rest.starts_with([' ', '\t'])) {
            continue;
        }
        if let Some((name, value)) = head.get(start..end).and_then(|line| line.split_once(':')) {
            found.push((name, value));
        }
        start = end + 2;
    }
    found
}

/// Each listed name as often as it stands there and once more.
fn signed_names(headers: &[(&str, &str)]) -> Vec<&'static str> {
    let times = |name: &str| headers.iter().filter(|(header, _)| header.eq_ignore_ascii_case(name)).count() + 1;
    SIGNED.into_iter().flat_map(|name| std::iter::repeat_n(name, times(name))).collect()
}

/// RFC 6376, section 3.4.2.
fn relaxed_header(name: &str, value: &str) -> String {
    let words: Vec<&str> = value.split([' ', '\t', '\r', '\n']).filter(|word| !word.is_empty()).collect();
    format!("{}:{}", name.trim_end().to_ascii_lowercase(), words.join(" "))
}

/// RFC 6376, section 3.4.4.
fn relaxed_body(body: &str) -> String {
    let mut lines: Vec<String> = body.split("\r\n").map(relaxed_line).collect();
    while lines.last().is_some_and(String::is_empty) {
        lines.pop();
    }
    lines.into_iter().map(|line| line + "\r\n").collect()
}

/// Runs of spaces and tabs become one space, and none at the end.
fn relaxed_line(line: &str) -> String {
    let mut out = String::with_capacity(line.len());
    for character in line.chars() {
        match character {
            ' ' | '\t' if out.ends_with(' ') => {}
            ' ' | '\t' => out.push(' '),
            other => out.push(other),
        }
    }
    out.truncate(out.trim_end_matches(' ').len());
    out
}

/// A list in lines that a mail may have, broken behind the divider.
fn folded(text: &str, divider: char) -> String {
    let mut out = String::new();
    let mut width = 0;
    for word in text.split_inclusive(divider) {
        if width + word.len() > LINE {
            out.push_str("\r\n\t");
            width = 0;
        }
        out.push_str(word);
        width += word.len();
    }
    out
}

/// Base64 in lines that a mail may have.
fn wrapped(text: &str) -> String {
    let pieces: Vec<&str> = text.as_bytes().chunks(LINE).filter_map(|piece| std::str::from_utf8(piece).ok()).collect();
    pieces.join("\r\n\t")
}

#[cfg(test)]
mod tests {
    use aws_lc_rs::rsa::KeySize;
    use aws_lc_rs::signature::{ED25519, KeyPair as _, RSA_PKCS1_2048_8192_SHA256, UnparsedPublicKey};

    use super::*;

    const MAIL: &str = "Date: Mon, 23 Nov 2026 14:00:00 +0000\r\nFrom: Anteroom <a@anteroom.example>\r\n\
        To: dana@example.org\r\nSubject: [ENG-2026-K7Q4MD] Anteroom\r\n  notice\r\nMessage-ID: <1@anteroom.example>\r\n\
        Auto-Submitted: auto-generated\r\nX-Other: x\r\n\r\nHello  there \t\r\n\r\n-- \r\nend\r\n\r\n\r\n";

    fn pem(der: &[u8]) -> String {
        format!("-----BEGIN PRIVATE KEY-----\n{}\n-----END PRIVATE KEY-----\n", STANDARD.encode(der))
    }

    fn keys() -> [(String, Vec<u8>, bool); 2] {
        let rsa = RsaKeyPair::generate(KeySize::Rsa2048).unwrap();
        let ed = Ed25519KeyPair::generate().unwrap();
        let rsa_pem =
            pem(aws_lc_rs::encoding::AsDer::<aws_lc_rs::encoding::Pkcs8V1Der<'_>>::as_der(&rsa).unwrap().as_ref());
        let ed_pem = pem(ed.to_pkcs8().unwrap().as_ref());
        [(rsa_pem, rsa.public_key().as_ref().to_vec(), true), (ed_pem, ed.public_key().as_ref().to_vec(), false)]
    }

    /// What a verifier does, by its own way through the tags and with its own canonicalization of what this mail has.
    fn verify(signed: &str, public: &[u8], rsa: bool) -> bool {
        let (field, rest) = signed.split_once("\r\nDate:").expect("the signature comes first");
        let rest = format!("Date:{rest}");
        let flat: String = field.chars().filter(|c| !matches!(c, '\r' | '\n' | '\t')).collect();
        let value = flat.strip_prefix("DKIM-Signature: ").unwrap();
        let tag = |name: &str| {
            let found = value.split(';').map(str::trim).find_map(|tag| tag.strip_prefix(&format!("{name}=")));
            found.unwrap_or_default().to_owned()
        };
        let (head, body) = rest.split_once("\r\n\r\n").unwrap();
        let mut expected_body = body.replace(" \t\r\n", "\r\n").replace("  ", " ").replace("-- \r\n", "--\r\n");
        while expected_body.ends_with("\r\n\r\n") {
            expected_body.truncate(expected_body.len() - 2);
        }
        if tag("bh") != STANDARD.encode(digest(&SHA256, expected_body.as_bytes())) {
            return false;
        }
        let unfolded = head.replace("\r\n ", " ");
        let mut lines: Vec<&str> = unfolded.split("\r\n").collect();
        let mut data = String::new();
        for name in tag("h").split(':') {
            let starts = format!("{}:", name.to_lowercase());
            let Some(at) = lines.iter().rposition(|line| line.to_lowercase().starts_with(&starts)) else { continue };
            let (_, text) = lines.remove(at).split_once(':').unwrap();
            data += &starts;
            data += &text.trim().replace("  ", " ");
            data += "\r\n";
        }
        let spaced = field.replace("\r\n\t", " ");
        let (before, signature) = spaced.rsplit_once("b=").unwrap();
        data += "dkim-signature:";
        data += before.strip_prefix("DKIM-Signature: ").unwrap();
        data += "b=";
        let signature = STANDARD.decode(signature.replace(' ', "")).unwrap();
        if rsa {
            UnparsedPublicKey::new(&RSA_PKCS1_2048_8192_SHA256, public).verify(data.as_bytes(), &signature).is_ok()
        } else {
            let hash = digest(&SHA256, data.as_bytes());
            UnparsedPublicKey::new(&ED25519, public).verify(hash.as_ref(), &signature).is_ok()
        }
    }

    #[test]
    fn a_signature_covers_the_listed_headers_and_the_body() {
        for (pem, public, rsa) in keys() {
            let signer = Signer::new("anteroom.example", "s2026", &pem).unwrap();
            let mail = String::from_utf8(signer.sign(MAIL.as_bytes()).unwrap()).unwrap();
            assert!(mail.ends_with(MAIL) && mail.lines().all(|line| line.len() <= 100), "{mail}");
            assert!(verify(&mail, &public, rsa), "{mail}");
            for (from, to) in [
                ("dana@example.org", "eve@example.org"),
                ("Hello", "Goodbye"),
                ("auto-generated", "no"),
                ("X-Other: x", "From: eve@example.org"),
                ("X-Other: x", "List-Unsubscribe: <https://eve.example>"),
            ] {
                assert!(!verify(&mail.replace(from, to), &public, rsa), "{from} became {to}");
            }
            assert!(verify(&mail.replace("X-Other: x", "X-Other: y"), &public, rsa), "what is not listed may change");
            let relaxed = mail.replace("Subject: [ENG", "Subject:   [ENG").replace("Hello  there", "Hello there");
            assert!(verify(&relaxed, &public, rsa), "white space may change on the way");
        }
    }

    #[test]
    fn unusable_keys_and_names_are_refused() {
        let [(good, ..), _] = keys();
        for wrong in [
            "",
            "x",
            "-----BEGIN PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----",
            &good.replace("PRIVATE", "PUBLIC"),
        ] {
            assert_eq!(Signer::new("a.example", "s", wrong).err(), Some(DkimError::Key), "{wrong}");
        }
        for (domain, selector) in [("", "s"), ("a.example", ""), ("a.example; d=b", "s"), ("a.example", "s\r\n")] {
            assert_eq!(Signer::new(domain, selector, &good).err(), Some(DkimError::Name), "{domain} {selector}");
        }
        let signer = Signer::new("a.example", "s", &good).unwrap();
        assert!(!format!("{signer:?}").contains("key"));
        assert_eq!(signer.sign(b"no end of the head").err(), Some(DkimError::Sign));
    }

    #[test]
    fn bodies_and_headers_are_relaxed_as_the_standard_says() {
        // The examples of RFC 6376, section 3.4.5.
        assert_eq!(relaxed_body(" C \r\nD \t E\r\n\r\n\r\n"), " C\r\nD E\r\n");
        assert_eq!(relaxed_header("A", " X"), "a:X");
        assert_eq!(relaxed_header("B ", " Y\t\r\n\tZ  "), "b:Y Z");
        assert_eq!(relaxed_body(""), "");
        assert_eq!(relaxed_body("\r\n\r\n"), "");
    }
}
