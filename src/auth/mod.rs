//! The mechanisms of signing in, without rules about the workflow and without the database.
//!
//! Each file is one mechanism: it takes the time and the randomness as parameters, and says what a password, code or
//! token proves. Which account it belongs to, whether a session still lives and what may be done with it is for `app`
//! and `authz` to say.

pub mod password;
pub mod seal;
pub mod secret;
pub mod token;
pub mod totp;

pub use password::{Passwords, WeakPassword};
pub use seal::{Place, Sealer};
pub use secret::{Opaque, SecretKind};
pub use token::{AccessTokens, TokenKeys};
pub use totp::TotpSecret;
