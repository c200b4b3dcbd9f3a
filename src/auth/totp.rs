//! The second factor: time-based one-time codes (RFC 6238), six digits of HMAC-SHA-1 every 30 seconds.
//!
//! These are the parameters that every authenticator app understands. A code is good for its own step and its two
//! neighbors, by the server's clock alone, and each step is accepted once: the caller stores the step that
//! [`TotpSecret::verify`] gives back, by compare-and-set, and passes it in the next time (ASVS 6.5.1, 6.5.5).

use std::fmt;

use chrono::{DateTime, Utc};
use totp_rs::{Builder, Totp};
use zeroize::Zeroizing;

use crate::ids::Ids;

/// The length of a seed in bytes: 160 bits, as RFC 4226 section 4 recommends.
pub const SEED_BYTES: usize = 20;

/// Why a second factor could not be set up.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum TotpError {
    /// The stored seed is not 20 bytes long.
    #[error("the seed of the second factor has the wrong length")]
    Seed,
    /// The names cannot be written into an `otpauth` address.
    #[error("the name of the service or of the account cannot be used in a set-up address")]
    Name,
}

/// A number of 30-second steps since the epoch.
pub type Step = i64;

/// The seed that server and authenticator app share. Wiped when dropped, never printed.
#[derive(Clone)]
pub struct TotpSecret {
    seed: Zeroizing<[u8; SEED_BYTES]>,
}

impl fmt::Debug for TotpSecret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("TotpSecret([redacted])")
    }
}

impl TotpSecret {
    /// Makes a new seed.
    pub fn generate(ids: &Ids) -> Self {
        Self { seed: Zeroizing::new(ids.random_bytes()) }
    }

    /// Takes a seed that was sealed in the database.
    ///
    /// # Errors
    /// [`TotpError::Seed`] unless it is 20 bytes long.
    pub fn from_bytes(bytes: &[u8]) -> Result<Self, TotpError> {
        let seed = bytes.try_into().map_err(|_| TotpError::Seed)?;
        Ok(Self { seed: Zeroizing::new(seed) })
    }

    /// The seed, to be sealed.
    pub fn as_bytes(&self) -> &[u8] {
        &*self.seed
    }

    /// The seed in base 32, for typing it into an app by hand.
    pub fn base32(&self) -> Zeroizing<String> {
        Zeroizing::new(totp_rs::Secret::from(&self.seed[..]).to_base32())
    }

    /// The `otpauth://` address that an authenticator app reads from a QR code. `issuer` is the service's name,
    /// `account` the person's mail address or name; colons, which the format cannot carry, become spaces.
    ///
    /// # Errors
    /// [`TotpError::Name`] if the account is empty.
    pub fn url(&self, issuer: &str, account: &str) -> Result<Zeroizing<String>, TotpError> {
        let totp = builder(&self.seed[..])
            .with_issuer(Some(issuer.replace(':', " ")))
            .with_account_name(account.replace(':', " "))
            .build()
            .map_err(|_| TotpError::Name)?;
        totp.to_url().map(Zeroizing::new).map_err(|_| TotpError::Name)
    }

    /// The code shown at `now`; for tests, the demo's printed sign-in and nothing else.
    pub fn code(&self, now: DateTime<Utc>) -> String {
        self.totp().generate(seconds(now).unwrap_or(0)).to_string()
    }

    /// Checks a typed code. Gives the step it belongs to, which must be stored before the sign-in counts, or `None`
    /// if the code is wrong, not of this or a neighboring step, or not newer than `last_step`.
    pub fn verify(&self, code: &str, now: DateTime<Utc>, last_step: Option<Step>) -> Option<Step> {
        let code: Zeroizing<String> = Zeroizing::new(code.chars().filter(|c| !c.is_whitespace()).collect());
        if code.len() != 6 || !code.bytes().all(|byte| byte.is_ascii_digit()) {
            return None;
        }
        let step = Step::try_from(self.totp().check(&code, seconds(now)?)?).ok()?;
        last_step.is_none_or(|last| step > last).then_some(step)
    }

    fn totp(&self) -> Totp {
        builder(&self.seed[..]).build_noncompliant()
    }
}

/// The parameters are said here and not left to the library's defaults: changing one locks every person out.
fn builder(seed: &[u8]) -> Builder {
    Builder::new()
        .with_algorithm(totp_rs::Algorithm::SHA1)
        .with_digits(6)
        .with_skew(1)
        .with_step_duration(30)
        .with_secret(seed)
}

fn seconds(now: DateTime<Utc>) -> Option<u64> {
    u64::try_from(now.timestamp()).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(seconds: i64) -> DateTime<Utc> {
        DateTime::from_timestamp(seconds, 0).unwrap()
    }

    fn rfc_secret() -> TotpSecret {
        TotpSecret::from_bytes(b"12345678901234567890").unwrap()
    }

    /// RFC 6238 appendix B, the SHA-1 rows; six digits are the last six of the eight printed there.
    #[test]
    fn codes_are_those_of_the_standard() {
        let rows = [
            (59, "94287082"),
            (1_111_111_109, "07081804"),
            (1_111_111_111, "14050471"),
            (1_234_567_890, "89005924"),
            (2_000_000_000, "69279037"),
            (20_000_000_000, "65353130"),
        ];
        for (time, eight) in rows {
            assert_eq!(rfc_secret().code(at(time)), eight[2..], "at {time}");
            assert_eq!(rfc_secret().verify(&eight[2..], at(time), None), Some(time / 30), "at {time}");
        }
    }

    #[test]
    fn a_code_lives_from_the_step_before_to_the_step_after() {
        let secret = rfc_secret();
        let code = secret.code(at(3_000));
        let accepted: Vec<i64> = (2_900..3_150).filter(|t| secret.verify(&code, at(*t), None).is_some()).collect();
        assert_eq!((accepted.first(), accepted.last(), accepted.len()), (Some(&2_970), Some(&3_059), 90));
    }

    #[test]
    fn a_step_is_accepted_once() {
        let secret = rfc_secret();
        let code = secret.code(at(3_000));
        let step = secret.verify(&code, at(3_000), None);
        assert_eq!(step, Some(100));
        assert_eq!(secret.verify(&code, at(3_001), step), None);
        assert_eq!(secret.verify(&secret.code(at(2_970)), at(3_001), step), None, "an older step after a newer");
        assert_eq!(secret.verify(&secret.code(at(3_030)), at(3_001), step), Some(101));
    }

    #[test]
    fn only_six_digits_are_read() {
        let secret = rfc_secret();
        let code = secret.code(at(59));
        assert!(secret.verify(&format!(" {} {} ", &code[..3], &code[3..]), at(59), None).is_some());
        for wrong in ["", "28708", "2870822", "28708a", "٢٨٧٠٨٢", "287083"] {
            assert_eq!(secret.verify(wrong, at(59), None), None, "{wrong}");
        }
        assert_eq!(secret.verify(&code, at(-1), None), None);
    }

    #[test]
    fn the_set_up_address_says_what_an_app_needs() {
        let url = rfc_secret().url("Anteroom: Demo", "dana@example.com").unwrap();
        assert!(url.starts_with("otpauth://totp/"), "{}", *url);
        assert!(url.contains("secret=GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ"), "{}", *url);
        assert!(!url.contains("%3A%20"), "{}", *url);
        assert_eq!(rfc_secret().url("Anteroom", "").err(), Some(TotpError::Name));
        assert_eq!(*rfc_secret().base32(), "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ");
    }

    #[test]
    fn seeds_are_twenty_random_bytes_and_do_not_print() {
        let (one, two) = (TotpSecret::generate(&Ids::seeded(1)), TotpSecret::generate(&Ids::seeded(2)));
        assert_eq!(one.as_bytes().len(), SEED_BYTES);
        assert_ne!(one.as_bytes(), two.as_bytes());
        assert_eq!(format!("{one:?}"), "TotpSecret([redacted])");
        assert_eq!(TotpSecret::from_bytes(b"short").err(), Some(TotpError::Seed));
    }
}
