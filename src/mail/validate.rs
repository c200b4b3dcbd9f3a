//! What a valid value in a mail is. Each check is narrow on purpose: a value that is not obviously harmless is refused.

use std::net::IpAddr;
use std::str::FromStr;

use chrono::{DateTime, Datelike, Utc};
use lettre::Address;
use lettre::message::Mailbox;

use super::message::{ACCOUNT_REFERENCE, ComposeError};

/// The longest link and identifier. Header lines end at 998 bytes (RFC 5322, section 2.1.1); this leaves ample room.
const LONGEST: usize = 300;

/// Refuses control characters and the two Unicode line separators, which some software treats as line ends.
pub(super) fn no_control(field: &'static str, value: &str) -> Result<(), ComposeError> {
    let bad = value.chars().any(|c| c.is_control() || matches!(c, '\u{2028}' | '\u{2029}'));
    if bad { Err(ComposeError::ControlCharacter(field)) } else { Ok(()) }
}

/// Accepts three capitals, a year and four to eight capitals or digits, or the reference of accounts. The form is
/// strict because a name in this place would stand in the subject line.
pub(super) fn reference(value: &str) -> Result<(), ComposeError> {
    let mut parts = value.split('-');
    let shape = (parts.next(), parts.next(), parts.next(), parts.next());
    let fits = match shape {
        (Some(prefix), Some(year), Some(tail), None) => {
            prefix.len() == 3
                && prefix.bytes().all(|b| b.is_ascii_uppercase())
                && year.len() == 4
                && year.bytes().all(|b| b.is_ascii_digit())
                && (4..=8).contains(&tail.len())
                && tail.bytes().all(|b| b.is_ascii_uppercase() || b.is_ascii_digit())
        }
        _ => false,
    };
    if fits || value == ACCOUNT_REFERENCE { Ok(()) } else { Err(ComposeError::Reference) }
}

/// Accepts `https://host[:port]/path`, and `http` for a loopback host. Query, fragment and user information are
/// where tokens travel, so that none of them may be present (domain section 6: a link without secrets).
pub(super) fn link(value: &str) -> Result<(), ComposeError> {
    let (secure, rest) = match (value.strip_prefix("https://"), value.strip_prefix("http://")) {
        (Some(rest), _) => (true, rest),
        (None, Some(rest)) => (false, rest),
        (None, None) => return Err(ComposeError::Link),
    };
    let authority = rest.split('/').next().unwrap_or_default();
    let plain = rest.bytes().all(|b| b.is_ascii_alphanumeric() || b"-._~/:[]%".contains(&b));
    let host = host_of(authority);
    let harmless = plain && !host.is_empty() && value.len() <= LONGEST;
    if harmless && (secure || is_loopback(host)) { Ok(()) } else { Err(ComposeError::Link) }
}

/// Accepts a secret of the kind that one-time links have, so that nothing else can travel behind the `#`.
pub(super) fn single_use(value: &str) -> Result<(), ComposeError> {
    let tail = value.strip_prefix("anr_ot_").unwrap_or_default();
    let plain = tail.bytes().all(|b| b.is_ascii_alphanumeric() || matches!(b, b'-' | b'_'));
    if tail.len() == 43 && plain { Ok(()) } else { Err(ComposeError::Secret) }
}

fn host_of(authority: &str) -> &str {
    match authority.strip_prefix('[') {
        Some(rest) => rest.split(']').next().unwrap_or_default(),
        None => authority.split(':').next().unwrap_or_default(),
    }
}

/// Whether a host name or literal address means this machine.
pub(super) fn is_loopback(host: &str) -> bool {
    host == "localhost" || host.ends_with(".localhost") || host.parse().is_ok_and(|ip: IpAddr| ip.is_loopback())
}

/// Parses one bare address. It must be ASCII: relays without SMTPUTF8 are common, and lookalike letters are not
/// worth their risk here. A domain with other letters is written in its ASCII form.
pub(super) fn address(field: &'static str, value: &str) -> Result<Address, ComposeError> {
    match Address::from_str(value) {
        Ok(address) if value.is_ascii() => Ok(address),
        _ => Err(ComposeError::Address(field)),
    }
}

/// Parses one ASCII address with an optional display name in any script.
pub(super) fn mailbox(field: &'static str, value: &str) -> Result<Mailbox, ComposeError> {
    match Mailbox::from_str(value) {
        Ok(mailbox) if mailbox.email.user().is_ascii() && mailbox.email.domain().is_ascii() => Ok(mailbox),
        _ => Err(ComposeError::Address(field)),
    }
}

/// Accepts `left@right` in the characters that need no quoting and returns it in angle brackets.
pub(super) fn identifier(field: &'static str, value: &str) -> Result<String, ComposeError> {
    let inner = value.strip_prefix('<').and_then(|v| v.strip_suffix('>')).unwrap_or(value);
    let atom = |s: &str| !s.is_empty() && s.bytes().all(|b| b.is_ascii_alphanumeric() || b"-._+".contains(&b));
    match inner.split_once('@') {
        Some((left, right)) if atom(left) && atom(right) && inner.len() <= LONGEST => Ok(format!("<{inner}>")),
        _ => Err(ComposeError::Identifier(field)),
    }
}

/// Refuses years that the header's format cannot say; the formatting library panics on them.
pub(super) fn date(value: DateTime<Utc>) -> Result<(), ComposeError> {
    if (1970..=9999).contains(&value.year()) { Ok(()) } else { Err(ComposeError::Date) }
}
