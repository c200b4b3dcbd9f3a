//! Every problem type: its stable name, status, title, meaning and who can clear it. A refusal of the domain has an
//! entry of the same name.

/// Declares the problem types.
macro_rules! problem_types {
    ($($variant:ident $name:literal $status:literal $title:literal, $meaning:literal, $clear:literal;)*) => {
        /// A problem type; the stable name is the last part of its `type` (`/problems/<name>`).
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
        #[expect(missing_docs, reason = "each variant carries its meaning as text")]
        pub enum ProblemType { $($variant,)* }

        impl ProblemType {
            /// Every problem type, in the order of the catalogue.
            pub const ALL: &'static [Self] = &[$(Self::$variant,)*];

            /// The stable name.
            pub const fn name(self) -> &'static str {
                match self { $(Self::$variant => $name,)* }
            }

            /// The HTTP status that it comes with.
            pub const fn status(self) -> u16 {
                match self { $(Self::$variant => $status,)* }
            }

            /// A short title, the same for every occurrence.
            pub const fn title(self) -> &'static str {
                match self { $(Self::$variant => $title,)* }
            }

            /// What it means.
            pub const fn meaning(self) -> &'static str {
                match self { $(Self::$variant => $meaning,)* }
            }

            /// Who can clear it, and how.
            pub const fn cleared_by(self) -> &'static str {
                match self { $(Self::$variant => $clear,)* }
            }
        }
    };
}

problem_types! {
    MalformedJson "malformed-json" 400 "Malformed JSON",
        "The body is not JSON in UTF-8.", "The sender of the request: repair the body.";
    DuplicateKey "duplicate-key" 400 "Duplicate key",
        "An object of the body holds the same key twice.", "The sender of the request: give each key once.";
    InvalidParameter "invalid-parameter" 400 "Invalid query parameter",
        "A query parameter is unknown, given more than once, or not of its type.",
        "The sender of the request: see the API description for the parameters of the route.";
    InvalidHeader "invalid-header" 400 "Invalid header",
        "A header of the request cannot be read.", "The sender of the request: repair the header.";
    InvalidCursor "invalid-cursor" 400 "Invalid cursor",
        "The cursor was not given out by this service for this list.", "The sender of the request: begin at the first page.";
    Unauthenticated "unauthenticated" 401 "Sign-in needed",
        "Nobody is signed in, or the token or session is no longer valid.", "Whoever asked: sign in.";
    WrongCredentials "wrong-credentials" 401 "Wrong name or password",
        "The name and the password do not fit. Which of the two is wrong is not said.",
        "Whoever asked: try again, or ask an administrator of the organization.";
    SecondFactorNeeded "second-factor-needed" 401 "Second factor needed",
        "The password was right; the second factor is still to come.", "Whoever asked: give the second factor.";
    Forbidden "forbidden" 403 "Forbidden",
        "The record may be seen by whoever asks, but this act is not open to their roles or rank in the case.",
        "A person with a role that may; the record's actions name those roles.";
    NotFound "not-found" 404 "Not found",
        "There is no such thing, or whoever asks may not know of it.", "Nobody: the two cases are not told apart.";
    MethodNotAllowed "method-not-allowed" 405 "Method not allowed",
        "The path exists, but not with this method; the header Allow lists those that it has.",
        "The sender of the request: use a method that is allowed.";
    SlowBody "slow-body" 408 "Request timed out",
        "The body did not arrive in time.", "The sender of the request: send it again, faster.";
    WrongStage "wrong-stage" 409 "Wrong stage",
        "The record is not in a stage that allows the act. The answer names its stage and those that allow the act.",
        "Whoever can bring the record into an allowed stage; some stages are final.";
    UnmetFacts "unmet-facts" 409 "Facts are missing",
        "The act needs facts that are not there yet. The answer lists them.",
        "The roles that each missing fact names; where it names none, time or the other side clears it.";
    NoSuchOffer "no-such-offer" 409 "No such offer",
        "No offer with this hash is open.", "The first key: make the offer again.";
    OfferLapsed "offer-lapsed" 409 "Offer lapsed",
        "The offer has lapsed.", "The first key: make the offer again.";
    OwnOffer "own-offer" 409 "Own offer",
        "The second key cannot be turned by the person who turned the first.", "Another person who holds the second key.";
    WrongSide "wrong-side" 409 "Wrong side",
        "The act belongs to another side.", "A person of the other side.";
    OwnRequest "own-request" 409 "Own request",
        "Nobody approves, validates or recertifies what they asked for themselves.", "Another person with the same role.";
    NotProtectedSide "not-protected-side" 409 "Only the protected side can",
        "Only the side that a condition protects waives it or records its cure.", "A signatory of the protected side.";
    AlreadySigned "already-signed" 409 "Already signed",
        "The side's signature stands already.", "Nobody: nothing is left to do for this side.";
    NotSuspendingSide "not-suspending-side" 409 "Only the suspending side lifts",
        "A suspension is lifted by the side that imposed it; after the insider-risk officer, by that officer too.",
        "The side, or officer, that suspended.";
    ReleaseBusy "release-busy" 409 "Release under way",
        "Another engagement of the same release is under way.", "The developer: end the other engagement first.";
    ReleaseMerged "release-merged" 409 "Release merged",
        "The release was merged into another one, under which engagements and use of the cap go on.",
        "The developer: go on under the other release, which the record names.";
    NoDispute "no-dispute" 409 "No open question of sameness",
        "Neither the proposal nor a dispute names another registered release.",
        "The developer, when proposing, or the program liaison: name the other release first.";
    NotReopenable "not-reopenable" 409 "Cannot be reopened",
        "Only an engagement that lapsed is reopened, within 30 days, and before the model is released.",
        "The developer: draft a new engagement.";
    AlreadyUnderWay "already-under-way" 409 "Already under way",
        "The same is under way already, or done.", "Nobody: follow what is under way.";
    NothingToEnd "nothing-to-end" 409 "Nothing to end",
        "Nothing is in force that this act would end, or nothing that is open to whoever asks.",
        "Nobody: nothing is left to do.";
    ReconsiderationUsed "reconsideration-used" 409 "Reconsideration used",
        "The one reconsideration of this decline was used.", "Nobody: the decision stands.";
    NotInFramework "not-in-framework" 409 "Not in the framework version",
        "The framework version that the engagement is pinned to does not know this.",
        "The framework owner, with a later version; pinned engagements keep theirs.";
    NoFramework "no-framework" 409 "No framework version",
        "No framework version applies at this instant.", "The framework owner: publish a version.";
    NotForThisHost "not-for-this-host" 409 "Not for this host",
        "The Freedom of Information Act binds agencies; this installation's host is none.",
        "The operator, with `program.host_kind`, where the host is an agency.";
    QuotaExceeded "quota-exceeded" 409 "Quota used up",
        "The documents of the organization in this case would be more bytes than this installation takes.",
        "The organization: take back documents that are not available yet. The operator: raise documents.quota_bytes.";
    NoDifference "no-difference" 409 "No text to compare",
        "The two documents cannot be compared as text: one is a PDF or too large, or they hang on different records.",
        "Whoever asked: read both documents.";
    Unrepresentable "unrepresentable" 409 "Cannot be written down",
        "The terms cannot be written down in their canonical form.", "The operator: this is a defect, report it.";
    ContentErased "content-erased" 410 "Content erased",
        "The content was erased under a disposal of records. The detail says when, and under what.",
        "Nobody: what is erased cannot be had back. The record, its digests and its chain stay.";
    PreconditionFailed "precondition-failed" 412 "The record has changed",
        "The record is no longer as it was when it was read: somebody changed it meanwhile.",
        "Whoever asked: read the record again, then decide.";
    PayloadTooLarge "payload-too-large" 413 "Body too large",
        "The body is larger than the route takes.", "The sender of the request: send less.";
    UnsupportedMediaType "unsupported-media-type" 415 "Not JSON",
        "The body's Content-Type is not application/json in UTF-8.", "The sender of the request: send JSON.";
    InvalidBody "invalid-body" 422 "Invalid body",
        "Values of the body are missing, unknown or not of their type. The answer points at them.",
        "The sender of the request: see the API description for the body.";
    ContentRefused "content-refused" 422 "Content refused",
        "The content is not what was declared, or not of a kind that is taken. The detail says which.",
        "The sender: send the declared bytes, or declare another document. A PDF must hold nothing that can run.";
    InvalidField "invalid-field" 422 "The value does not fit",
        "A value of the command does not fit the facts of the case. The answer points at it.",
        "Whoever asked: choose another value.";
    IdempotencyMismatch "idempotency-mismatch" 422 "Idempotency key used",
        "The idempotency key was used for another request.", "The sender of the request: take a new key.";
    SpillageLocked "spillage-locked" 423 "Locked",
        "Classified content was reported in the record. Nobody but the insider-risk officer reaches it.",
        "The insider-risk officer, once the content is handed off. Withdrawing and recording a release go on.";
    TooManyRequests "too-many-requests" 429 "Too many requests",
        "A quota is used up.", "Time: the header Retry-After says how long.";
    Internal "internal" 500 "Internal error",
        "Something broke. Nothing was changed unless a repetition with the same idempotency key says so.",
        "The operator: the header X-Request-Id finds the cause in the log.";
    ContentDamaged "content-damaged" 500 "Content damaged",
        "The object store does not have a document's content as the record says: it is missing or altered.",
        "The operator: restore the object; `anteroom verify` names every such document.";
    Busy "busy" 503 "Busy",
        "The service is at its limit.", "Time: the header Retry-After says how long.";
    Timeout "timeout" 503 "Timed out",
        "The request took longer than the service allows. Whether it was carried out is not known.",
        "Whoever asked: ask again with the same idempotency key.";
}

impl ProblemType {
    /// The type with this stable name.
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.iter().copied().find(|kind| kind.name() == name)
    }

    /// The relative reference that stands in `type` and can be followed.
    pub fn uri(self) -> String {
        format!("/problems/{}", self.name())
    }
}
