//! Stable codes as words for people: a code says itself with its underscores taken out, but for the few words that are
//! written otherwise.

use chrono::{DateTime, Utc};
use chrono_tz::Tz;

use super::time::PageClock;
use crate::{
    app::view::{Person, UnmetView},
    domain::{
        action::Action,
        actor::{Role, Side},
        audience::Audience,
        deadline::Holiday,
        id::Kind,
        notice::NoticeKind,
        refusal::Unmet,
    },
};

/// Words that are not written in small letters.
const WRITTEN: [(&str, &str); 22] = [
    ("nda", "NDA"),
    ("foia", "FOIA"),
    ("cui", "CUI"),
    ("id", "ID"),
    ("ids", "IDs"),
    ("sha256", "SHA-256"),
    ("pdf", "PDF"),
    ("url", "URL"),
    ("csv", "CSV"),
    ("aal1", "one factor"),
    ("aal2", "two factors"),
    ("caisi", "CAISI"),
    ("cisa", "CISA"),
    ("ip", "IP"),
    ("us", "U.S."),
    ("tlp", "TLP"),
    ("api", "API"),
    ("iana", "IANA"),
    ("nist", "NIST"),
    ("eo", "EO"),
    ("ir", "insider-risk officer"),
    ("cve", "CVE"),
];

/// Whose turn it is: by name where the viewer knows the people.
pub fn turn(who: &[String], people: &[Person]) -> String {
    let named = people.iter().map(|person| person.name.clone());
    let in_particular = |who: &&String| *who == "person" && !people.is_empty();
    let others = who.iter().filter(|who| !in_particular(who)).map(|who| somebody(who));
    let mine = who.iter().any(|who| who == "me");
    let all: Vec<String> = if mine { others.collect() } else { named.chain(others).collect() };
    all.join(", ")
}

/// Whose turn it is, in words.
fn somebody(who: &str) -> String {
    match (who, Role::from_code(who)) {
        ("me", _) => "You".to_owned(),
        ("person", _) => "One person".to_owned(),
        (_, Some(known)) => role(known),
        (other, None) => label(other),
    }
}

/// The code in words: `window_open` is "Window open".
pub fn label(code: &str) -> String {
    let text = words(code);
    let mut letters = text.chars();
    letters.next().map(|first| first.to_uppercase().chain(letters).collect()).unwrap_or_default()
}

/// The code in words within a sentence: `window_open` is "window open".
pub fn words(code: &str) -> String {
    let written = |word: &str| {
        let found = WRITTEN.iter().find(|(code, _)| *code == word);
        found.map_or_else(|| word.to_owned(), |(_, written)| (*written).to_owned())
    };
    code.split(['_', '-', ' ', '.', '/']).filter(|word| !word.is_empty()).map(written).collect::<Vec<_>>().join(" ")
}

/// What happened, from an event's code: `engagement.window_opened` is "Window opened".
pub fn event(code: &str) -> String {
    label(code.split_once('.').map_or(code, |(_, happened)| happened))
}

/// A deadline by its kind, with its code in small print behind it: "Redline turn (D5)".
pub fn deadline(kind: &str, code: &str) -> String {
    format!("{} ({code})", label(kind))
}

/// A federal holiday as 5 USC 6103(a) names it.
pub const fn holiday(holiday: Holiday) -> &'static str {
    match holiday {
        Holiday::NewYear => "New Year’s Day",
        Holiday::MartinLutherKing => "Birthday of Martin Luther King, Jr.",
        Holiday::WashingtonsBirthday => "Washington’s Birthday",
        Holiday::MemorialDay => "Memorial Day",
        Holiday::Juneteenth => "Juneteenth National Independence Day",
        Holiday::IndependenceDay => "Independence Day",
        Holiday::LaborDay => "Labor Day",
        Holiday::ColumbusDay => "Columbus Day",
        Holiday::VeteransDay => "Veterans Day",
        Holiday::Thanksgiving => "Thanksgiving Day",
        Holiday::Christmas => "Christmas Day",
    }
}

/// A notice by what it tells of, with its code behind it: "Window scheduled or changed (N7)".
pub fn notice(code: &str) -> String {
    NoticeKind::parse(code).map_or_else(|| code.to_owned(), |kind| format!("{} ({code})", kind.name()))
}

/// A role's name.
pub const fn role_name(role: Role) -> &'static str {
    match role {
        Role::DeveloperLiaison => "developer liaison",
        Role::DeveloperOfficial => "developer authorized official",
        Role::ProgramLiaison => "program liaison",
        Role::Reviewer => "reviewer",
        Role::DeterminationRecorder => "determination recorder",
        Role::FrameworkOwner => "framework owner",
        Role::ConsultedOfficial => "consulted official",
        Role::Evaluator => "evaluator",
        Role::PartnerContact => "partner contact",
        Role::PartnerUser => "partner user",
        Role::InsiderRiskOfficer => "insider-risk officer",
        Role::RecordsOfficer => "records and FOIA officer",
        Role::Auditor => "auditor",
        Role::SystemAdministrator => "system administrator",
        Role::GovernmentSignatory => "government signatory",
        Role::OrganizationAdministrator => "organization administrator",
    }
}

/// A role's name with its article.
pub fn with_article(role: Role) -> String {
    articled(role_name(role))
}

fn articled(name: &str) -> String {
    let article = if name.starts_with(['a', 'e', 'i', 'o', 'u']) { "an" } else { "a" };
    format!("{article} {name}")
}

/// What a command that makes a record does, such as "Register a model release".
pub fn beginning(action: Action) -> String {
    let name = kind(action.kind);
    let is_word = name.as_bytes().get(1).is_some_and(u8::is_ascii_lowercase);
    let name = if is_word { name.to_lowercase() } else { name.to_owned() };
    format!("{} {}", label(action.name), articled(&name))
}

/// A role's name at the beginning of a line.
pub fn role(role: Role) -> String {
    label_sentence(role_name(role))
}

/// Several roles, any of which will do.
pub fn any_of(roles: &[Role]) -> String {
    let names: Vec<&str> = roles.iter().map(|role| role_name(*role)).collect();
    match names.as_slice() {
        [] => String::new(),
        [one] => (*one).to_owned(),
        [first @ .., last] => format!("{} or {last}", first.join(", ")),
    }
}

fn label_sentence(text: &str) -> String {
    let mut letters = text.chars();
    letters.next().map(|first| first.to_uppercase().chain(letters).collect()).unwrap_or_default()
}

/// A side's name.
pub const fn side(side: Side) -> &'static str {
    match side {
        Side::Developer => "Developer",
        Side::Government => "Government",
        Side::Partner => "Partner",
    }
}

/// Who belongs to an audience.
pub const fn audience(audience: Audience) -> &'static str {
    match audience {
        Audience::Shared => "Developer and government",
        Audience::Developer => "Developer alone",
        Audience::Government => "Government alone",
        Audience::Partner(_) => "Developer, government and this partner",
    }
}

/// What one record of the kind is called.
pub const fn kind(kind: Kind) -> &'static str {
    match kind {
        Kind::Release => "Model release",
        Kind::Inquiry => "Inquiry",
        Kind::Engagement => "Engagement",
        Kind::Condition => "Condition",
        Kind::Nomination => "Nomination",
        Kind::Grant => "Access grant",
        Kind::Prerequisites => "Prerequisites",
        Kind::Incident => "Incident",
        Kind::FoiaRequest => "FOIA request",
        Kind::Document => "Document",
        Kind::Handoff => "Hand-off",
    }
}

/// What records of the kind are called together.
pub const fn kinds(kind: Kind) -> &'static str {
    match kind {
        Kind::Release => "Model releases",
        Kind::Inquiry => "Inquiries",
        Kind::Engagement => "Engagements",
        Kind::Condition => "Conditions",
        Kind::Nomination => "Nominations of trusted partners",
        Kind::Grant => "Access grants",
        Kind::Prerequisites => "Prerequisites of people",
        Kind::Incident => "Incidents",
        Kind::FoiaRequest => "FOIA requests",
        Kind::Document => "Documents",
        Kind::Handoff => "Hand-offs",
    }
}

/// The missing fact as a sentence, with its particulars.
pub fn unmet(unmet: &Unmet) -> String {
    let entry = Unmet::ENTRIES.iter().find(|entry| entry.name == unmet.name());
    let meaning = entry.map_or_else(|| label(unmet.name()), |entry| entry.meaning.to_owned());
    let particulars = serde_json::to_value(unmet).unwrap_or_default();
    let particulars = particulars.as_object().into_iter().flatten().filter(|(name, _)| *name != "fact");
    let said: Vec<String> = particulars.filter_map(|(_, value)| value.as_str().map(particular)).collect();
    if said.is_empty() { meaning } else { format!("{} ({})", meaning.trim_end_matches('.'), said.join(", ")) }
}

/// Instants are told as on every page, in UTC because a fact does not know the program's zone; references stay as they
/// are; codes become words.
fn particular(value: &str) -> String {
    if let Ok(at) = value.parse::<DateTime<Utc>>() {
        return PageClock { zone: Tz::UTC, now: at }.plain(at).text;
    }
    if value.bytes().any(|byte| byte.is_ascii_uppercase() || byte.is_ascii_digit()) {
        value.to_owned()
    } else {
        words(value)
    }
}

/// Who or what clears a missing fact.
pub fn cleared_by(unmet: &UnmetView) -> String {
    if !unmet.cleared_by.is_empty() {
        return any_of(&unmet.cleared_by);
    }
    let entry = Unmet::ENTRIES.iter().find(|entry| entry.name == unmet.unmet.name());
    entry.map(|entry| entry.otherwise.trim_end_matches('.').to_owned()).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_makes_a_record_says_so() {
        let cases = [
            (Kind::Release, "register", "Register a model release"),
            (Kind::Inquiry, "draft", "Draft an inquiry"),
            (Kind::FoiaRequest, "log", "Log a FOIA request"),
        ];
        for (kind, name, said) in cases {
            assert_eq!(beginning(Action::new(kind, name)), said);
        }
    }

    #[test]
    fn codes_are_read_as_words() {
        let cases = [
            ("window_open", "Window open"),
            ("schedule-window", "Schedule window"),
            ("personal_nda", "Personal NDA"),
            ("foia-requests", "FOIA requests"),
            ("", ""),
        ];
        for (code, expected) in cases {
            assert_eq!(label(code), expected);
        }
        assert_eq!(event("engagement.window_opened"), "Window opened");
    }

    #[test]
    fn a_deadline_has_its_name_before_its_code() {
        assert_eq!(deadline("redline_turn", "D5"), "Redline turn (D5)");
        assert_eq!(deadline("foia_answer", "D18"), "FOIA answer (D18)");
    }

    #[test]
    fn a_fact_tells_its_instant_as_people_read_it() {
        let earliest = "2026-12-30T14:00:00Z".parse().expect("an instant");
        let said = unmet(&Unmet::OpensTooEarly { earliest });
        assert!(said.ends_with("(Dec 30, 2026, 2:00 p.m. UTC)"), "{said}");
    }

    #[test]
    fn a_notice_is_told_by_its_name_before_its_code() {
        assert_eq!(notice("N7"), "Window scheduled or changed (N7)");
        assert_eq!(notice("N99"), "N99");
    }

    #[test]
    fn several_roles_are_an_alternative() {
        assert_eq!(any_of(&[Role::Reviewer]), "reviewer");
        let all = [Role::Reviewer, Role::Auditor, Role::Evaluator];
        assert_eq!(any_of(&all), "reviewer, auditor or evaluator");
        assert_eq!(any_of(&[]), "");
    }
}
