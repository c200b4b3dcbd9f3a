//! Signing in with a password and, where one is set up, a code. Whatever is wrong - the address, the password, the code,
//! or that the account is disabled or has to wait - the work done and the answer given are the same, so that nobody
//! learns which accounts there are.

use chrono::{DateTime, TimeDelta, Utc};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use uuid::Uuid;

use super::{App, AppError, Failure, Note, account::mail_address, wrong_credentials};
use crate::{
    app::error::Unauthenticated,
    auth::{
        password::Verdict,
        secret::{Opaque, SecretKind},
        totp::Step,
    },
    domain::{
        actor::Assurance,
        id::AccountId,
        time::{Instant, plus},
    },
    storage::{
        self, WriteTx,
        access_log::AccessOutcome,
        account::Account,
        session::{self, RefreshToken, Session},
    },
};

/// What a person proves to be it with.
#[derive(Clone, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct SignIn {
    /// The account's mail address; capitals do not matter.
    #[schema(max_length = 254)]
    pub email: String,
    /// The password.
    #[schema(format = Password)]
    pub password: String,
    /// The six digits that the authenticator app shows, where a second factor is set up.
    #[serde(default)]
    pub code: Option<String>,
    /// SHA-256 of the user agent, hexadecimal; from the request's headers, never from its body.
    #[serde(skip)]
    pub user_agent_hash: Option<String>,
}

/// What a signed-in person's program holds.
#[derive(Clone, Serialize, ToSchema)]
pub struct Tokens {
    /// How to present the access token.
    #[schema(example = "Bearer")]
    pub token_type: &'static str,
    /// A JSON Web Token for `Authorization: Bearer`.
    pub access_token: String,
    /// When the access token ends.
    pub expires_at: DateTime<Utc>,
    /// Gets the next pair of tokens, once.
    pub refresh_token: String,
    /// When the refresh token ends, unless the session is used meanwhile.
    pub refresh_expires_at: DateTime<Utc>,
    /// How strongly the person signed in.
    pub assurance: Assurance,
}

/// What came of the second factor.
enum Factor {
    NotSet,
    Missing,
    Wrong,
    Right(Step),
}

impl App {
    /// Signs a person in and begins a session.
    ///
    /// # Errors
    /// [`Unauthenticated::WrongCredentials`]; [`Unauthenticated::SecondFactorNeeded`] after the right password alone;
    /// [`AppError::Busy`] where too many passwords are being checked.
    pub async fn sign_in(&self, ask: &SignIn) -> Result<Tokens, AppError> {
        let refresh = Opaque::generate(self.ids(), SecretKind::RefreshToken);
        let now = self.clock().system();
        let session = self.admit(ask, None, now).await?;
        in_transaction!(self, tx => self.issue(tx, &session, &refresh, now).await).await
    }

    /// Checks what a person proves to be it with, and begins a session; one with a cookie is a browser's.
    pub(super) async fn admit(&self, ask: &SignIn, cookie: Option<&Opaque>, now: Instant) -> Result<Session, AppError> {
        let found = self.account_by_email(&ask.email).await?;
        let (account, rehash) = self.right_password(found, &ask.password, now).await?;
        let step = match self.second_factor(&account, ask.code.as_deref(), now)? {
            Factor::NotSet => None,
            Factor::Right(step) => Some(step),
            Factor::Missing => return Err(self.factor_missing(&account).await?),
            Factor::Wrong => return Err(self.wrong(Some(&account), "wrong-code", now).await?),
        };
        let hash = if rehash { Some(self.passwords().hash(&ask.password).await?) } else { None };
        let session = self.new_session(&account, step.is_some(), ask, cookie, now);
        let begun =
            in_transaction!(self, tx => self.begin_session(tx, &account, step, hash.as_deref(), &session).await);
        match begun.await {
            Ok(()) => Ok(session),
            Err(AppError::Unauthenticated { reason: Unauthenticated::WrongCredentials }) => {
                Err(self.wrong(Some(&account), "used-code", now).await?)
            }
            Err(other) => Err(other),
        }
    }

    /// Demands the account's password again, as for an act that changes how the account is proven. Counts and waits as
    /// signing in does.
    pub(super) async fn prove_password(&self, account: AccountId, password: &str) -> Result<Account, AppError> {
        let found = self.account(account).await?;
        let (account, _) = self.right_password(Some(found), password, self.clock().system()).await?;
        Ok(account)
    }

    /// Demands a code of the account's confirmed second factor, and uses it up.
    pub(super) async fn prove_code(&self, account: &Account, code: &str) -> Result<(), AppError> {
        let now = self.clock().system();
        if let Factor::Right(step) = self.second_factor(account, Some(code), now)?
            && in_transaction!(self, tx => Ok(storage::account::use_totp_step(tx, account.id, step).await?)).await?
        {
            return Ok(());
        }
        Err(self.wrong(Some(account), "wrong-code", now).await?)
    }

    /// The step of a right code, which is still to be used up; none where no second factor is confirmed.
    ///
    /// # Errors
    /// [`Unauthenticated::WrongCredentials`] for a wrong code, which is not counted yet.
    pub(super) fn step_of(&self, account: &Account, code: &str, now: Instant) -> Result<Option<Step>, AppError> {
        match self.second_factor(account, Some(code), now)? {
            Factor::NotSet => Ok(None),
            Factor::Right(step) => Ok(Some(step)),
            Factor::Missing | Factor::Wrong => Err(wrong_credentials()),
        }
    }

    async fn account_by_email(&self, email: &str) -> Result<Option<Account>, AppError> {
        // What is no address is nobody's, and is answered like the address of nobody.
        let Ok(email) = mail_address(email) else { return Ok(None) };
        let tx = self.store().begin_read().await?;
        let found = storage::account::by_email(&tx, &email).await;
        tx.end().await?;
        Ok(found?)
    }

    /// The account, if this is its password and it may sign in now; and whether the hash is out of date.
    async fn right_password(
        &self,
        found: Option<Account>,
        password: &str,
        now: Instant,
    ) -> Result<(Account, bool), AppError> {
        let open =
            |account: &&Account| account.disabled_at.is_none() && account.locked_until.is_none_or(|at| at <= now);
        let stored = found.as_ref().filter(open).and_then(|account| account.password_hash.as_deref());
        match (self.passwords().verify(password, stored).await?, found) {
            (Verdict::Match { rehash }, Some(account)) => Ok((account, rehash)),
            (_, found) => Err(self.wrong(found.as_ref(), "wrong-credentials", now).await?),
        }
    }

    fn second_factor(&self, account: &Account, code: Option<&str>, now: Instant) -> Result<Factor, AppError> {
        let Some(sealed) = account.totp_sealed.as_deref().filter(|_| account.totp_confirmed) else {
            return Ok(Factor::NotSet);
        };
        let Some(code) = code else { return Ok(Factor::Missing) };
        let secret = self.open_totp(account.id, sealed)?;
        Ok(secret.verify(code, now, account.totp_last_step).map_or(Factor::Wrong, Factor::Right))
    }

    async fn factor_missing(&self, account: &Account) -> Result<AppError, AppError> {
        let note = Note::of(account.id, "sign-in", AccessOutcome::Refused, "second-factor-needed");
        in_transaction!(self, tx => self.note(tx, note).await).await?;
        Ok(AppError::unauthenticated(Unauthenticated::SecondFactorNeeded))
    }

    /// Writes a failure down, counts it, and gives the one answer that all failures have. An account that waits
    /// already does not wait longer for it, so that nobody can keep somebody else out. The
    /// holder is told when the password is right and the code is not.
    pub(super) async fn wrong(
        &self,
        account: Option<&Account>,
        detail: &str,
        now: Instant,
    ) -> Result<AppError, AppError> {
        let counts = |account: &&Account| account.locked_until.is_none_or(|at| at <= now);
        in_transaction!(self, tx => {
            let note = Note {
                account: account.map(|account| account.id),
                session: None,
                action: "sign-in",
                about: account.map(|account| account.id.0),
                outcome: AccessOutcome::Denied,
                detail,
            };
            self.note(tx, note).await?;
            if let Some(account) = account.filter(counts) {
                let wait = wait_after(account.failed_sign_ins.saturating_add(1));
                storage::account::sign_in_failed(tx, account.id, wait.map(|wait| plus(now, wait))).await?;
                if detail != "wrong-credentials" {
                    self.tell(tx, account, detail).await?;
                }
            }
            Ok(())
        })
        .await?;
        Ok(wrong_credentials())
    }

    /// Begins the session, unless the account changed since its password was checked. The first statement locks the
    /// account's row, so that a change of password or a disabling at the same time comes before or after, never between.
    async fn begin_session(
        &self,
        tx: &WriteTx,
        checked: &Account,
        step: Option<Step>,
        hash: Option<&str>,
        session: &Session,
    ) -> Result<(), Failure> {
        storage::account::sign_in_succeeded(tx, checked.id).await?;
        let account = storage::account::by_id(tx, checked.id).await?;
        let same = |account: &Account| {
            account.disabled_at.is_none()
                && account.password_hash == checked.password_hash
                && account.totp_confirmed == checked.totp_confirmed
        };
        let Some(account) = account.filter(same) else { return Err(wrong_credentials().into()) };
        if let Some(step) = step
            && !storage::account::use_totp_step(tx, account.id, step).await?
        {
            return Err(wrong_credentials().into());
        }
        if let Some(hash) = hash {
            storage::account::set_password(tx, account.id, hash).await?;
        }
        self.make_room(tx, &account, session.created_at).await?;
        session::begin(tx, session).await?;
        let note = Note {
            session: Some(session.id),
            ..Note::of(account.id, "sign-in", AccessOutcome::Allowed, assurance_detail(session.assurance))
        };
        self.note(tx, note).await
    }

    /// Ends the oldest sessions of an account that has as many as it may, and tells the holder (ASVS 7.1.2).
    async fn make_room(&self, tx: &WriteTx, account: &Account, now: Instant) -> Result<(), Failure> {
        let most = usize::try_from(self.settings().auth.max_sessions).unwrap_or(usize::MAX);
        let open = session::of_account(tx, account.id, now).await?;
        let oldest: Vec<Uuid> = open.iter().skip(most.saturating_sub(1)).map(|session| session.id).collect();
        for id in &oldest {
            session::end(tx, *id, now, "too-many-sessions").await?;
        }
        if oldest.is_empty() { Ok(()) } else { self.tell(tx, account, "too-many-sessions").await }
    }

    fn new_session(
        &self,
        account: &Account,
        two_factors: bool,
        ask: &SignIn,
        cookie: Option<&Opaque>,
        now: Instant,
    ) -> Session {
        Session {
            id: self.ids().uuid(),
            account: account.id,
            assurance: if two_factors { Assurance::Aal2 } else { Assurance::Aal1 },
            created_at: now,
            last_seen_at: now,
            expires_at: plus(now, TimeDelta::hours(self.settings().auth.session_absolute_hours)),
            ended: None,
            user_agent_hash: ask.user_agent_hash.clone(),
            record: None,
            cookie_hash: cookie.map(Opaque::hash),
            cookie_hash_before: None,
            proved_at: now,
        }
    }

    /// Issues the next pair of tokens of a session.
    pub(super) async fn issue(
        &self,
        tx: &WriteTx,
        session: &Session,
        refresh: &Opaque,
        now: Instant,
    ) -> Result<Tokens, Failure> {
        let row = RefreshToken { hash: refresh.hash(), session: session.id, issued_at: now, used: None };
        session::add_refresh(tx, &row).await?;
        let issued = self.tokens().issue(session.account.0, session.id, now).map_err(AppError::internal)?;
        let idle_end = plus(now, TimeDelta::minutes(self.settings().auth.session_idle_minutes));
        Ok(Tokens {
            token_type: "Bearer",
            access_token: issued.0,
            expires_at: issued.1.min(session.expires_at),
            refresh_token: refresh.expose().to_owned(),
            refresh_expires_at: idle_end.min(session.expires_at),
            assurance: session.assurance,
        })
    }
}

/// How long an account waits after so many failures on end: long enough that guessing is slow, and at most ten seconds,
/// so that failures made by somebody else do not keep its holder out.
const fn wait_after(failures: i32) -> Option<TimeDelta> {
    match failures {
        ..=3 => None,
        4 => Some(TimeDelta::seconds(1)),
        5 => Some(TimeDelta::seconds(2)),
        6 => Some(TimeDelta::seconds(4)),
        7 => Some(TimeDelta::seconds(8)),
        _ => Some(TimeDelta::seconds(10)),
    }
}

const fn assurance_detail(assurance: Assurance) -> &'static str {
    match assurance {
        Assurance::Aal1 => "aal1",
        Assurance::Aal2 => "aal2",
    }
}
