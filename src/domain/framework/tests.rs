//! The versions compiled in, and what a version file is refused for.

use super::check::FrameworkError as Error;
use super::terms::TEXTS;
use super::*;
use crate::domain::deadline::Length;

const V1_1: &str = BUILTIN[1];

fn builtin() -> Vec<Framework> {
    Framework::builtin().expect("the versions compiled in are valid")
}

fn at(text: &str) -> Instant {
    text.parse().expect("a valid instant")
}

#[test]
fn the_versions_differ_where_they_should() {
    let versions = builtin();
    let [old, new] = versions.as_slice() else { panic!("two versions") };
    assert_eq!((old.id.as_str(), new.id.as_str()), ("v1.0", "v1.1"));
    assert_eq!((old.cure_working_days(), new.cure_working_days()), (10, 5));
    for kind in [DeadlineKind::PartnerConsent, DeadlineKind::PartnerConcurrence] {
        assert_eq!(
            (old.deadline(kind).length, new.deadline(kind).length),
            (Length::WorkingDays(10), Length::WorkingDays(5))
        );
    }
    assert_eq!((old.criteria.len(), new.criteria.len()), (9, 10));
    for version in &versions {
        assert_eq!((version.window_cap_days, version.quorum, version.reconsiderations), (30, 2, 1));
        assert_eq!((version.window_clock, version.window_anchored), (WindowClock::Running, true));
        assert_eq!((version.decision_rule, version.zone), (DecisionRule::Joint, chrono_tz::America::New_York));
        assert_eq!((version.recertification_days(), version.attestation_months()), (14, 12));
        assert_eq!((version.idle_lapse_days(), version.offer_lapse_working_days), (90, 10));
    }
}

#[test]
fn the_newest_version_states_the_defaults() {
    let versions = builtin();
    for kind in DeadlineKind::all() {
        assert_eq!(versions[1].deadline(kind), Rule::default_of(kind), "{kind:?}");
    }
}

#[test]
fn the_local_date_of_the_proposal_chooses_the_version() {
    let versions = builtin();
    let cases = [
        ("2026-07-06T03:59:59Z", None),
        ("2026-07-06T04:00:00Z", Some("v1.0")),
        ("2026-10-01T03:59:59Z", Some("v1.0")),
        ("2026-10-01T04:00:00Z", Some("v1.1")),
        ("2026-11-20T20:00:00Z", Some("v1.1")),
    ];
    for (proposed, expected) in cases {
        let found = Framework::applies_to(&versions, at(proposed));
        assert_eq!(found.map(|version| version.id.as_str()), expected, "{proposed}");
    }
    let statuses = |now| versions.iter().map(|version| version.status(&versions, at(now))).collect::<Vec<_>>();
    assert_eq!(statuses("2026-09-01T12:00:00Z"), [FrameworkStatus::Active, FrameworkStatus::Upcoming]);
    assert_eq!(statuses("2026-11-23T14:00:00Z"), [FrameworkStatus::Superseded, FrameworkStatus::Active]);
}

/// What stands in the file, what replaces it, and the error that must follow.
type Fault = (&'static str, &'static str, fn(&Error) -> bool);

#[test]
fn a_faulty_file_is_refused_with_its_reason() {
    let cases: [Fault; 30] = [
        ("quorum = 2", "quorum = 2\nspeed = 3", |error| matches!(error, Error::Syntax(_))),
        ("quorum = 2\n", "", |error| matches!(error, Error::Syntax(_))),
        ("quorum = 2", "quorum = 0", |error| matches!(error, Error::OutOfRange("quorum"))),
        ("window_cap_days = 30", "window_cap_days = 0", |error| matches!(error, Error::OutOfRange("window_cap_days"))),
        ("window_cap_days = 30", "window_cap_days = 31", |error| matches!(error, Error::CapWithoutAuthority(31))),
        ("window_cap_days = 30", "window_cap_days = 31\nwindow_cap_authority = \"EO 14409\"", |error| {
            matches!(error, Error::CapWithoutAuthority(31))
        }),
        ("2026-10-01\"", "1 October\"", |error| matches!(error, Error::EffectiveDate(_))),
        ("authority = \"Exec", "authority = \"\" #\"Exec", |error| matches!(error, Error::Empty("authority"))),
        ("idle_lapse = ", "# ", |error| matches!(error, Error::MissingDeadline(DeadlineKind::IdleLapse))),
        ("length = \"90 d\"", "length = \"90 h\"", |error| matches!(error, Error::Length(DeadlineKind::IdleLapse))),
        ("length = \"90 d\"", "length = \"0 d\"", |error| matches!(error, Error::Length(DeadlineKind::IdleLapse))),
        ("\"-30 d\", \"-14 d\", \"-3 d\"", "\"-3 d\", \"-3 d\"", |error| matches!(error, Error::Offset { .. })),
        ("\"-30 d\", \"-14 d\", \"-3 d\"", "\"-3 wd\"", |error| matches!(error, Error::Offset { .. })),
        ("escalation = \"+3 d\"", "escalation = \"0 d\"", |error| matches!(error, Error::Offset { .. })),
        (", escalation = \"+3 d\"", "", |error| matches!(error, Error::Escalation(_))),
        (", repeat = \"+3 wd\"", "", |error| matches!(error, Error::Repeat(DeadlineKind::PersonalNda))),
        ("instrument = \"screening_nda\"", "", |error| matches!(error, Error::Instrument(_))),
        ("instrument = \"personal_nda\"", "instrument = \"screening_nda\"", |error| {
            matches!(error, Error::Instrument(_))
        }),
        ("needed = [\"government\", \"partner\"]", "needed = [\"government\"]", |error| {
            matches!(error, Error::Instrument(_))
        }),
        ("needed = [\"government\", \"partner\"]", "needed = [\"partner\", \"developer\"]", |error| {
            matches!(error, Error::Needed(_))
        }),
        ("personal_acknowledgement = true", "personal_acknowledgement = false", |error| {
            matches!(error, Error::Needed(_))
        }),
        ("key = \"named_team\"", "key = \"nda\"", |error| matches!(error, Error::DuplicateKey(_))),
        ("text = \"named_team\"", "text = \"nothing\"", |error| matches!(error, Error::UnknownText(_))),
        ("text = \"named_team\"", "text = \"named_team\"\ntext_markdown = \"# Own\"", |error| {
            matches!(error, Error::OneText(_))
        }),
        ("text = \"named_team\"\n", "", |error| matches!(error, Error::OneText(_))),
        ("text = \"named_team\"", "text_markdown = \"\"", |error| matches!(error, Error::UnusableText { .. })),
        ("id = \"v1.1\"", "id = \"v/1\"", |error| matches!(error, Error::Name(_))),
        ("key = \"bank\"", "key = \"hospital\"", |error| matches!(error, Error::DuplicateKey(_))),
        ("quorum = 2", "quorum = 2\nnominated_kinds = [\"circus\"]", |error| matches!(error, Error::NominatedKind(_))),
        ("window_cap_days = 30", "window_cap_days = 31\nwindow_cap_authority = \"91 FR 34565\"", |error| {
            matches!(error, Error::CapWithoutAuthority(31))
        }),
    ];
    for (from, to, expected) in cases {
        let faulty = V1_1.replacen(from, to, 1);
        assert_ne!(faulty, V1_1, "`{from}` is not in the file");
        let error = Framework::parse(&faulty).expect_err(to);
        assert!(expected(&error), "`{to}` gave: {error}");
    }
}

#[test]
fn a_longer_cap_needs_another_authority_only() {
    let cited = "window_cap_days = 90\nwindow_cap_authority = \"Example Act, section 12\"";
    let framework = Framework::parse(&V1_1.replacen("window_cap_days = 30", cited, 1)).expect("a valid version");
    assert_eq!(framework.window_cap_days, 90);
}

#[test]
fn a_condition_never_binds_the_side_it_protects() {
    for (from, to) in
        [("protected = \"developer\"", "protected = \"partner\""), ("bound = [\"partner\"]", "bound = []")]
    {
        let error = Framework::parse(&V1_1.replace(from, to)).expect_err(to);
        assert!(matches!(error, Error::Condition(_)), "{error}");
    }
}

#[test]
fn versions_are_told_apart() {
    let mut twins = builtin();
    twins[1].id = "v1.0".to_owned();
    assert!(matches!(check::versions(&twins), Err(Error::DuplicateVersion(_))));
}

#[test]
fn starter_conditions_cover_what_is_required() {
    let versions = builtin();
    let newest = &versions[1];
    let seven: Vec<_> = newest.templates.iter().filter(|template| template.for_engagements()).collect();
    assert_eq!(seven.len(), 7);
    let all: Vec<_> = seven.iter().map(|template| Coverage::from(*template)).collect();
    assert_eq!(newest.required_coverage.gaps(&all), []);
    let without: Vec<_> = seven
        .iter()
        .filter(|template| template.key != "cybersecurity")
        .map(|template| Coverage::from(*template))
        .collect();
    assert_eq!(newest.required_coverage.gaps(&without), [CoverageGap::Subject(Subject::Cybersecurity)]);
    assert_eq!(newest.required_coverage.gaps([]).len(), 7);
    let waiver = |key| newest.template(key).map(Template::waiver_needs_insider_risk);
    assert_eq!((waiver("cybersecurity"), waiver("nda"), waiver("none")), (Some(true), Some(false), None));
    assert!(!newest.template("screening_nda").expect("a screening agreement").for_engagements());
}

#[test]
fn every_text_is_used_and_carries_its_notes() {
    let versions = builtin();
    for (key, text) in TEXTS {
        assert!(versions[1].templates.iter().any(|template| template.text.as_deref() == Some(key)), "{key}");
        assert!(text.starts_with("# ") && text.contains("> Note for counsel: "), "{key}");
        assert!(text.contains("18 USC 1833(b)") && text.contains("18 USC 1905"), "{key}");
    }
    for key in ["nda", "nondisclosure", "confidentiality", "screening_nda"] {
        let text = &versions[1].template(key).expect("a text").default_text;
        assert!(text.as_str().contains("nobody is liable under trade-secret law"), "{key}");
    }
}

/// Domain section 10: a version is shown as a field-by-field difference from another.
#[test]
fn every_field_that_differs_is_told_by_its_path() {
    let versions = builtin();
    let found = differences(&versions[0], &versions[1]);
    let paths: Vec<&str> = found.iter().map(|one| one.path.as_str()).collect();
    for path in
        ["id", "effective_from", "deadlines.breach_cure.length", "deadlines.partner_consent.length", "party_kinds"]
    {
        assert!(paths.contains(&path), "{path}: {paths:?}");
    }
    let added = found.iter().find(|one| one.path == "criteria.use_attribution").expect("the new criterion");
    assert!(added.before.is_null() && added.after["question"].is_string(), "{added:?}");
    assert_eq!(differences(&versions[1], &versions[1]), []);
}

#[test]
fn a_version_takes_the_place_of_the_one_before_it() {
    let versions = builtin();
    let before = |version: &Framework| version.predecessor(&versions).map(|one| one.id.clone());
    assert_eq!((before(&versions[0]), before(&versions[1])), (None, Some("v1.0".to_owned())));
    let next = Framework { effective_from: "2027-03-01".parse().expect("a day"), ..versions[0].clone() };
    assert_eq!(before(&next), Some("v1.1".to_owned()), "a draft follows the newest");
}

/// No line of a version's file can change without a difference that says where.
#[test]
fn a_change_of_any_line_is_a_difference_at_its_path() {
    let table = [
        ("window_cap_days = 30", "window_cap_days = 29", "window_cap_days"),
        ("window_clock = \"running\"", "window_clock = \"paused\"", "window_clock"),
        ("window_anchored = true", "window_anchored = false", "window_anchored"),
        ("zone = \"America/New_York\"", "zone = \"America/Chicago\"", "zone"),
        ("authority = \"Exec", "authority = \"The Exec", "authority"),
        ("decision_rule = \"joint\"", "decision_rule = \"notified\"", "decision_rule"),
        ("quorum = 2", "quorum = 3", "quorum"),
        ("quorum = 2", "quorum = 2\nnominated_kinds = [\"bank\"]", "nominated_kinds"),
        ("reconsiderations = 1", "reconsiderations = 0", "reconsiderations"),
        ("offer_lapse_working_days = 10", "offer_lapse_working_days = 9", "offer_lapse_working_days"),
        (
            "\"-2 wd\"], escalation = \"+1 wd\" } # D4",
            "\"-3 wd\"], escalation = \"+1 wd\" } # D4",
            "deadlines.proposal_acknowledged.reminders",
        ),
        ("escalation = \"+1 wd\" } # D17", "escalation = \"+2 wd\" } # D17", "deadlines.breach_cure.escalation"),
        ("repeat = \"+3 wd\"", "repeat = \"+4 wd\"", "deadlines.personal_nda.repeat"),
        (
            "functions = [\"protection\", \"use\", \"nondisclosure\"]",
            "functions = [\"use\"]",
            "required_coverage.functions",
        ),
        ("question = \"Who is", "question = \"Who exactly is", "criteria.security_contact.question"),
        ("title = \"Cybersecurity safeguards\"", "title = \"Safeguards\"", "templates.cybersecurity.title"),
        ("survives_months = 24", "survives_months = 25", "templates.screening_nda.survives_months"),
        ("text = \"cybersecurity\"", "text = \"named_team\"", "templates.cybersecurity.text_digest"),
        ("title = \"Utility\"", "title = \"Local utility\"", "party_kinds.utility.title"),
    ];
    let base = Framework::parse(V1_1).expect("a valid version");
    for (from, to, path) in table {
        let changed = V1_1.replacen(from, to, 1);
        assert_ne!(changed, V1_1, "`{from}` is not in the file");
        let other = Framework::parse(&changed).unwrap_or_else(|error| panic!("{to}: {error}"));
        assert_ne!(base.digest, other.digest);
        let paths: Vec<String> = differences(&base, &other).into_iter().map(|one| one.path).collect();
        assert!(paths.iter().any(|found| found == path), "{path}: {paths:?}");
    }
}

/// A version keeps the texts that it names: another text under the same key is another version.
#[test]
fn a_version_is_named_by_its_texts_too() {
    let mut texts = product_texts();
    let written = Written::gather(V1_1, &texts).expect("a version");
    assert_eq!(written.texts.len(), TEXTS.len());
    texts.insert("nda".to_owned(), "# Another agreement".to_owned());
    let other = Written::gather(V1_1, &texts).expect("a version");
    assert_ne!(written.digest(), other.digest());
    let changed = differences(&written.read().expect("sound"), &other.read().expect("sound"));
    assert_eq!(changed.into_iter().map(|one| one.path).collect::<Vec<_>>(), ["templates.nda.text_digest"]);
    let own = V1_1.replacen("text = \"nda\"", "text_markdown = \"# Own words\"", 1);
    let own = Framework::parse(&own).expect("a version with its own text");
    assert_eq!(own.template("nda").expect("the condition").default_text.as_str(), "# Own words");
}

/// Domain section 10: a window above 30 days takes two people, so that no file of one person brings it.
#[test]
fn what_one_person_lays_down_has_no_longer_window() {
    let laid = |changes: &[(&str, &str)]| {
        let text = changes.iter().fold(V1_1.to_owned(), |text, (from, to)| text.replacen(from, to, 1));
        Framework::laid_down(&[Written::gather(&text, &product_texts()).expect("a version")])
    };
    let named = [("id = \"v1.1\"", "id = \"v2\""), ("2026-10-01", "2027-01-01")];
    assert_eq!(laid(&named).expect("a third version").len(), 3);
    assert!(matches!(laid(&[]), Err(Error::DuplicateVersion(_))));
    let cited = "window_cap_days = 45\nwindow_cap_authority = \"Example Act, section 12\"";
    let longer = [named[0], named[1], ("window_cap_days = 30", cited)];
    assert!(matches!(laid(&longer), Err(Error::CapNeedsTwoPeople(45))));
}

/// Domain sections 2 and 11.
#[test]
fn kinds_and_sectors_are_data() {
    assert_eq!(sectors().expect("the file compiled in is sound").len(), 16);
    let newest = &builtin()[1];
    assert!(newest.may_be_nominated(None) && newest.may_be_nominated(Some("bank")));
    let listed = V1_1.replacen("quorum = 2", "quorum = 2\nnominated_kinds = [\"bank\"]", 1);
    let listed = Framework::parse(&listed).expect("a valid version");
    let may = [None, Some("utility"), Some("bank")].map(|kind| listed.may_be_nominated(kind));
    assert_eq!(may, [false, false, true]);
}
