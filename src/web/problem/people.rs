//! What each problem says to a person at a browser: what happened, what is safe, and what to do next. The words beside it
//! in the catalogue are for whoever writes programs.

use super::ProblemType;

impl ProblemType {
    /// What a person is told.
    #[expect(clippy::too_many_lines, reason = "one arm a problem, and each is a sentence or two")]
    pub const fn for_people(self) -> &'static str {
        match self {
            Self::MalformedJson | Self::UnsupportedMediaType => {
                "What was sent could not be read. Nothing was recorded. Go back, load the page again, and send the form \
                 once more."
            }
            Self::DuplicateKey => {
                "What was sent holds one value twice. Nothing was recorded. Go back, load the page again, and send the \
                 form once more."
            }
            Self::InvalidParameter => {
                "The address asks for something that this page does not know. Nothing was changed. Come to the page by a \
                 link, and choose there what to show."
            }
            Self::InvalidHeader => {
                "Your browser sent something that cannot be read. Nothing was recorded. Load the page again, and try once \
                 more."
            }
            Self::InvalidCursor => {
                "This part of the list is not there any more. Nothing was changed. Begin at the list’s first page."
            }
            Self::Unauthenticated => {
                "Nobody is signed in here, or the session has ended. Nothing was recorded, and what you typed is kept in \
                 this tab. Sign in, and go on where you were."
            }
            Self::WrongCredentials => {
                "Address, password and code do not fit. Nothing was changed. Try again, or ask an administrator of your \
                 organization for a link."
            }
            Self::SecondFactorNeeded => {
                "The password was right, and the second factor is still to come. Nothing was changed. Sign in with the \
                 code of your authenticator app too."
            }
            Self::Forbidden => {
                "This is not for you to do or to see here. Nothing was recorded. Somebody with another role has to do it; \
                 if you had the page open for long, load it again and send the form once more."
            }
            Self::NotFound => {
                "There is nothing at this address, or it is not for you; which of the two is not said. Nothing was \
                 changed. Check the address, or search for the reference."
            }
            Self::MethodNotAllowed => {
                "This address takes forms, and shows no page of its own. Nothing was changed. Go back to the page with \
                 the form."
            }
            Self::SlowBody => {
                "What you sent took too long to arrive. Nothing was recorded, and what you typed is kept in this tab. Go \
                 back, and send it again."
            }
            Self::WrongStage => {
                "The record is not in a stage that allows this. Nothing was recorded. Open the record: it says what can \
                 be done now, and by whom."
            }
            Self::UnmetFacts => {
                "Something has to be there before this can be done. Nothing was recorded, and what you typed is kept in \
                 this tab. Below stands what is missing, and who can clear it."
            }
            Self::NoSuchOffer => {
                "The offer is not open any more. Nothing was recorded. Open the record: it shows the offer that stands, \
                 or the first key can be turned anew."
            }
            Self::OfferLapsed => {
                "The offer was not accepted in time. Nothing was recorded. Whoever made it can make it again."
            }
            Self::OwnOffer => {
                "You turned the first key, so that another person has to turn the second. Nothing was recorded. Ask \
                 somebody else who holds that key."
            }
            Self::WrongSide => "This is for the other side to do. Nothing was recorded. Ask your counterpart there.",
            Self::OwnRequest => {
                "Nobody decides on what they asked for themselves. Nothing was recorded. Ask another person with your \
                 role."
            }
            Self::NotProtectedSide => {
                "Only the side that the condition protects can do this. Nothing was recorded. Ask a signatory of that \
                 side."
            }
            Self::AlreadySigned => {
                "Your side has signed already. Nothing was recorded, and nothing is left for your side to sign here."
            }
            Self::NotSuspendingSide => {
                "The side that suspended has to take part in lifting it. Nothing was recorded. Ask your counterpart there."
            }
            Self::ReleaseBusy => {
                "Another engagement of the same release is under way. Nothing was recorded. The developer ends that one \
                 first."
            }
            Self::ReleaseMerged => {
                "The release was merged into another one. Nothing was recorded. Go on under the other release, which the \
                 record names."
            }
            Self::NoDispute => {
                "Nobody has named another release that might be the same. Nothing was recorded. Name the other release \
                 first."
            }
            Self::NothingToEnd => {
                "Nothing of the kind is in force, so that there is nothing to end. Nothing was recorded. Open the record: \
                 it shows what is in force."
            }
            Self::NotReopenable => {
                "This engagement cannot be opened again. Nothing was recorded. The developer can draft a new one."
            }
            Self::AlreadyUnderWay => {
                "The same is under way already. Nothing was recorded a second time. Search for the one that is under way."
            }
            Self::ReconsiderationUsed => {
                "The one reconsideration was used. Nothing was recorded, and the decision stands."
            }
            Self::NotInFramework => {
                "The framework version of this engagement does not know this. Nothing was recorded. Ask the framework \
                 owner what a later version brings."
            }
            Self::NoFramework => {
                "No framework version is in force. Nothing was recorded. Ask the framework owner to bring one into force."
            }
            Self::NotForThisHost => {
                "This installation is not an agency’s, so that requests under FOIA have no place here. Nothing was \
                 recorded. Ask the operator if that is wrong."
            }
            Self::QuotaExceeded => {
                "Your organization’s documents here would be larger than this installation takes. Nothing was kept. Take \
                 back documents that are not available yet, or ask the operator for more room."
            }
            Self::NoDifference => {
                "These two documents cannot be compared as text. Nothing was changed. Open them, and read them side by \
                 side."
            }
            Self::Unrepresentable => {
                "The terms cannot be written down in the form that both sides sign. Nothing was recorded. Tell the \
                 operator: this is a defect."
            }
            Self::ContentErased => {
                "The content was erased when the records were disposed of. It cannot be had back. The record itself, its \
                 digests and its history stay, and can be read."
            }
            Self::PreconditionFailed => {
                "Somebody changed the record while you were looking at it. Nothing of yours was recorded, and what you \
                 typed is kept in this tab. Load the record again, read what changed, and decide anew."
            }
            Self::PayloadTooLarge => {
                "What you sent is larger than this page takes. Nothing was kept. Go back, and send less, or a smaller file."
            }
            Self::InvalidBody | Self::InvalidField => {
                "A value is missing or does not fit. Nothing was recorded, and what you typed is kept in this tab. Go \
                 back, correct it, and send the form again."
            }
            Self::ContentRefused => {
                "The file is not the one that was declared, or not of a kind that is taken. Nothing was kept. Choose the \
                 right file, or declare another document."
            }
            Self::IdempotencyMismatch => {
                "This form was sent before with something else in it. Nothing was recorded a second time. Open the page \
                 again before you send more."
            }
            Self::SpillageLocked => {
                "The record is locked, because classified content was reported in it. Nothing was recorded. The \
                 insider-risk officer unlocks it once the content is handed off."
            }
            Self::TooManyRequests => {
                "You asked for more than is allowed in a minute. Nothing of this was recorded. Wait a minute, and try \
                 again."
            }
            Self::Internal => {
                "Something broke here. What you sent was recorded whole or not at all. Look at the record before you send \
                 it again, and tell the operator the number below."
            }
            Self::ContentDamaged => {
                "The file in the store is not the one that the record names. Nothing was changed. Tell the operator, who \
                 can restore it."
            }
            Self::Busy => {
                "The service has more to do than it can take. Nothing of this was recorded, and what you typed is kept in \
                 this tab. Wait a moment, and load the page again."
            }
            Self::Timeout => {
                "This took longer than the service allows. What you sent was recorded whole or not at all. Look at the \
                 record before you send it again."
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Words that only somebody who writes a program knows.
    const OF_PROGRAMS: [&str; 14] = [
        "json",
        "parameter",
        "header",
        "member",
        "api",
        "idempotency",
        "if-match",
        " body",
        "asker",
        "sender",
        "pointer",
        "request id",
        "etag",
        "http",
    ];

    #[test]
    fn a_person_is_told_what_happened_what_is_safe_and_what_to_do() {
        for kind in ProblemType::ALL {
            let said = kind.for_people();
            let name = kind.name();
            assert!(said.matches(['.', ';']).count() >= 2 && said.ends_with('.'), "{name}: {said}");
            let safe = ["Nothing", "whole or not at all", "can be read"];
            assert!(safe.iter().any(|word| said.contains(word)), "{name} does not say what is safe: {said}");
            let lower = said.to_lowercase();
            for word in OF_PROGRAMS {
                assert!(!lower.contains(word), "{name} is not for people: {word} in {said}");
            }
        }
    }
}
