//! Opaque secrets: what a person or a script carries, of which the database holds only a hash.
//!
//! Each kind has its own prefix, so that a secret scanner finds a leaked one and one kind is never taken for another.
//! The secrets hold 256 random bits, so one round of SHA-256 is enough: there is nothing to guess (ASVS 6.4.1, 7.2.3).

use std::fmt;

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use sha2::{Digest, Sha256};
use subtle::ConstantTimeEq;
use uuid::Uuid;
use zeroize::Zeroizing;

use crate::ids::Ids;

/// How many characters follow the prefix: 32 bytes in base64url without padding.
const TAIL_CHARACTERS: usize = 43;

/// What an opaque secret is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum SecretKind {
    /// Keeps a browser signed in: the value of the session cookie.
    Session,
    /// Gets a new access token, once.
    RefreshToken,
    /// Signs a script in until it is revoked or expires.
    ApiToken,
    /// An invitation, a password reset, the first start: works once.
    OneTimeLink,
    /// Reads a person's own task dates as a calendar until it is revoked.
    CalendarFeed,
}

impl SecretKind {
    /// Every kind.
    pub const ALL: [Self; 5] =
        [Self::Session, Self::RefreshToken, Self::ApiToken, Self::OneTimeLink, Self::CalendarFeed];

    /// What a secret of this kind begins with.
    pub const fn prefix(self) -> &'static str {
        match self {
            Self::Session => "anr_ss_",
            Self::RefreshToken => "anr_rt_",
            Self::ApiToken => "anr_at_",
            Self::OneTimeLink => "anr_ot_",
            Self::CalendarFeed => "anr_cf_",
        }
    }
}

/// A secret in the clear, on its way to the one who may hold it. Wiped from memory when dropped, never printed.
#[derive(Clone)]
pub struct Opaque {
    text: Zeroizing<String>,
}

impl Opaque {
    /// Makes a new secret of 256 random bits.
    pub fn generate(ids: &Ids, kind: SecretKind) -> Self {
        let bytes = Zeroizing::new(ids.random_bytes::<32>());
        let tail = Zeroizing::new(URL_SAFE_NO_PAD.encode(*bytes));
        Self { text: Zeroizing::new(format!("{}{}", kind.prefix(), &*tail)) }
    }

    /// The secret of a one-time link that a mail carries, made of a key that the database does not hold and the id of the
    /// mail: every attempt to send it says the same, and no copy of the secret is kept anywhere.
    pub fn of_mail(key: &str, mail: Uuid) -> Self {
        let key = aws_lc_rs::hmac::Key::new(aws_lc_rs::hmac::HMAC_SHA256, key.as_bytes());
        let mut context = aws_lc_rs::hmac::Context::with_key(&key);
        context.update(b"anteroom link of a mail 1\0");
        context.update(mail.as_bytes());
        let tail = Zeroizing::new(URL_SAFE_NO_PAD.encode(context.sign()));
        Self { text: Zeroizing::new(format!("{}{}", SecretKind::OneTimeLink.prefix(), &*tail)) }
    }

    /// The secret that follows from what was sent, made of a key that the database does not hold: the same form sent
    /// twice brings the same secret, which no copy has to be kept of. What it follows from names who sent it.
    pub fn of_form(key: &str, kind: SecretKind, sent: &[&str]) -> Self {
        let key = aws_lc_rs::hmac::Key::new(aws_lc_rs::hmac::HMAC_SHA256, key.as_bytes());
        let mut context = aws_lc_rs::hmac::Context::with_key(&key);
        context.update(b"anteroom secret of a form 1\0");
        // The lengths divide the parts, so that no others give the same bytes.
        for part in [kind.prefix()].iter().chain(sent) {
            context.update(&(part.len() as u64).to_be_bytes());
            context.update(part.as_bytes());
        }
        let tail = Zeroizing::new(URL_SAFE_NO_PAD.encode(context.sign()));
        Self { text: Zeroizing::new(format!("{}{}", kind.prefix(), &*tail)) }
    }

    /// Reads a presented secret; `None` unless it has the form of this kind. A well-formed one may still be unknown.
    pub fn parse(text: &str, kind: SecretKind) -> Option<Self> {
        let tail = text.strip_prefix(kind.prefix())?;
        let formed = tail.len() == TAIL_CHARACTERS
            && tail.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-' || byte == b'_');
        formed.then(|| Self { text: Zeroizing::new(text.to_owned()) })
    }

    /// The secret itself, to be handed to its holder and nobody else.
    pub fn expose(&self) -> &str {
        &self.text
    }

    /// What the database keeps: the SHA-256 of the secret in hexadecimal.
    pub fn hash(&self) -> String {
        hash(&self.text)
    }
}

impl fmt::Debug for Opaque {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Opaque([redacted])")
    }
}

/// A token that names a mail to this service alone, made of the mail's id and a key that the database does not hold, so
/// that nobody makes one up. It lets its bearer do one thing about that mail, and is as little a secret as the mail is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum MailToken {
    /// Ends mail of the same group for the mail's recipient.
    Unsubscribe,
    /// Reports that the mail did not arrive.
    Bounce,
}

impl MailToken {
    /// Characters of a token: an id and half as many of its code, in hexadecimal, so that it survives systems that do
    /// not tell cases apart.
    pub const CHARACTERS: usize = 48;

    /// The token of a mail.
    pub fn of(self, key: &str, mail: Uuid) -> String {
        let code = hex(&self.code(key, mail));
        format!("{}{}", mail.simple(), code.get(..Self::CHARACTERS - 32).unwrap_or_default())
    }

    /// The mail that a token names; `None` for one that was not made with this key for this purpose.
    pub fn read(self, key: &str, token: &str) -> Option<Uuid> {
        let token = token.to_ascii_lowercase();
        let mail = Uuid::try_parse(token.get(..32)?).ok()?;
        equal(&self.of(key, mail), &token).then_some(mail)
    }

    fn code(self, key: &str, mail: Uuid) -> Vec<u8> {
        let key = aws_lc_rs::hmac::Key::new(aws_lc_rs::hmac::HMAC_SHA256, key.as_bytes());
        let mut context = aws_lc_rs::hmac::Context::with_key(&key);
        context.update(match self {
            Self::Unsubscribe => b"anteroom end mail of a group 1\0".as_slice(),
            Self::Bounce => b"anteroom report of a mail 1\0",
        });
        context.update(mail.as_bytes());
        context.sign().as_ref().to_vec()
    }
}

/// The SHA-256 of `text`, 64 lower-case hexadecimal digits.
pub fn hash(text: &str) -> String {
    hex(&Sha256::digest(text.as_bytes()))
}

/// Compares two secrets, or two hashes of secrets, in a time that does not tell where they differ.
pub fn equal(left: &str, right: &str) -> bool {
    left.as_bytes().ct_eq(right.as_bytes()).into()
}

/// A recovery code of 80 random bits, four groups of four Crockford characters (ASVS 6.5.2). Store it like a password,
/// after [`normalize_recovery_code`].
pub fn recovery_code(ids: &Ids) -> Zeroizing<String> {
    const DIGITS: &[u8; 32] = b"0123456789ABCDEFGHJKMNPQRSTVWXYZ";
    let mut code = Zeroizing::new(String::with_capacity(19));
    for (position, byte) in ids.random_bytes::<16>().iter().enumerate() {
        if position > 0 && position % 4 == 0 {
            code.push('-');
        }
        code.push(char::from(DIGITS[usize::from(byte % 32)]));
    }
    code
}

/// The form in which recovery codes are hashed and compared: upper case, without separators, with the letters that
/// Crockford's alphabet leaves out read as the digits they look like.
pub fn normalize_recovery_code(typed: &str) -> Zeroizing<String> {
    let read = |character: char| match character.to_ascii_uppercase() {
        'O' => '0',
        'I' | 'L' => '1',
        other => other,
    };
    Zeroizing::new(typed.chars().filter(|c| !c.is_whitespace() && *c != '-').map(read).collect())
}

pub(super) fn hex(bytes: &[u8]) -> String {
    const DIGITS: &[u8; 16] = b"0123456789abcdef";
    let mut text = String::with_capacity(bytes.len() * 2);
    for byte in bytes {
        text.push(char::from(DIGITS[usize::from(byte >> 4)]));
        text.push(char::from(DIGITS[usize::from(byte & 15)]));
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_kind_has_its_form_and_is_not_taken_for_another() {
        let ids = Ids::seeded(1);
        for kind in SecretKind::ALL {
            let secret = Opaque::generate(&ids, kind);
            assert!(secret.expose().starts_with(kind.prefix()));
            assert_eq!(secret.expose().len(), kind.prefix().len() + TAIL_CHARACTERS);
            for other in SecretKind::ALL {
                assert_eq!(Opaque::parse(secret.expose(), other).is_some(), kind == other, "{kind:?} {other:?}");
            }
        }
    }

    #[test]
    fn malformed_secrets_are_not_read() {
        let good = Opaque::generate(&Ids::seeded(1), SecretKind::ApiToken).expose().to_owned();
        let kind = SecretKind::ApiToken;
        let cases = [String::new(), "anr_at_".into(), good[..49].into(), format!("{good}A"), good.replace("at", "AT")];
        for case in cases {
            assert!(Opaque::parse(&case, kind).is_none(), "{case}");
        }
        assert!(Opaque::parse(&format!("{}+", &good[..49]), kind).is_none());
    }

    #[test]
    fn the_hash_is_plain_sha_256_and_finds_the_secret_again() {
        assert_eq!(hash("abc"), "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
        let secret = Opaque::generate(&Ids::seeded(1), SecretKind::RefreshToken);
        let again = Opaque::parse(secret.expose(), SecretKind::RefreshToken).unwrap();
        assert!(equal(&secret.hash(), &again.hash()));
        let other = Opaque::generate(&Ids::seeded(2), SecretKind::RefreshToken);
        assert!(!equal(&secret.hash(), &other.hash()));
        assert!(!equal(&secret.hash(), &secret.hash()[..63]));
    }

    #[test]
    fn the_secret_of_a_mail_is_the_same_in_every_attempt_and_anothers_is_another() {
        let of = |key: &str, mail| Opaque::of_mail(key, Uuid::from_u128(mail)).expose().to_owned();
        assert_eq!(of("key", 1), of("key", 1));
        assert_ne!(of("key", 1), of("key", 2));
        assert_ne!(of("key", 1), of("another", 1));
        assert!(Opaque::parse(&of("key", 1), SecretKind::OneTimeLink).is_some());
    }

    #[test]
    fn the_secret_of_a_form_is_the_same_for_the_same_sender_kind_and_parts_alone() {
        let of = |key: &str, kind, sent: &[&str]| Opaque::of_form(key, kind, sent).expose().to_owned();
        let one = of("key", SecretKind::Session, &["a", "bc"]);
        assert_eq!(one, of("key", SecretKind::Session, &["a", "bc"]));
        assert!(Opaque::parse(&one, SecretKind::Session).is_some());
        let others = [
            of("another", SecretKind::Session, &["a", "bc"]),
            of("key", SecretKind::Session, &["ab", "c"]),
            of("key", SecretKind::Session, &["a", "bc", ""]),
        ];
        assert!(!others.contains(&one), "{others:?}");
        let token = of("key", SecretKind::ApiToken, &["a", "bc"]);
        assert_ne!(one.trim_start_matches("anr_ss_"), token.trim_start_matches("anr_at_"));
    }

    #[test]
    fn a_token_of_a_mail_is_read_by_its_own_key_for_its_own_purpose_alone() {
        let mail = Uuid::from_u128(0x1234_5678);
        for (token, other) in [(MailToken::Unsubscribe, MailToken::Bounce), (MailToken::Bounce, MailToken::Unsubscribe)]
        {
            let text = token.of("key", mail);
            assert_eq!(text.len(), MailToken::CHARACTERS);
            assert_eq!(token.read("key", &text), Some(mail));
            assert_eq!(token.read("key", &text.to_uppercase()), Some(mail), "a mail system may not tell cases apart");
            assert_eq!((token.read("another", &text), other.read("key", &text)), (None, None));
            for at in 0..text.len() {
                let mut changed = text.clone().into_bytes();
                changed[at] = if changed[at] == b'0' { b'1' } else { b'0' };
                assert_eq!(token.read("key", std::str::from_utf8(&changed).unwrap()), None, "{at}");
            }
            for wrong in ["", "0", &text[..47], &format!("{text}0"), "\u{e9}"] {
                assert_eq!(token.read("key", wrong), None, "{wrong}");
            }
        }
    }

    #[test]
    fn debug_output_holds_nothing_of_the_secret() {
        let secret = Opaque::generate(&Ids::seeded(1), SecretKind::Session);
        assert_eq!(format!("{secret:?}"), "Opaque([redacted])");
    }

    #[test]
    fn recovery_codes_survive_the_ways_people_type_them() {
        let code = recovery_code(&Ids::seeded(3));
        assert_eq!(code.len(), 19);
        let plain = normalize_recovery_code(&code);
        assert_eq!(plain.len(), 16);
        assert_eq!(*normalize_recovery_code(&code.to_lowercase().replace('-', " ")), *plain);
        assert_eq!(*normalize_recovery_code("oil0-o"), "01100");
    }
}
