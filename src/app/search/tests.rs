//! Queries as people type them.

use proptest::prelude::*;

use super::{
    QueryError,
    parse::{Field, LONGEST, MOST_TERMS},
    query::{Day, Days, Query, Term},
};
use crate::domain::{id::Kind, workflow};

fn parsed(text: &str) -> Query {
    text.parse().unwrap_or_else(|error| panic!("{text}: {error}"))
}

#[test]
fn a_query_is_read_and_written_back_in_one_form() {
    for (text, canonical) in [
        ("", ""),
        ("  ", ""),
        ("stage:open", "stage:open"),
        ("owner:me kind:engagement", "kind:engagement owner:me"),
        ("KIND:Engagements,grant", "kind:engagement,grant"),
        ("kind:foia-requests", "kind:foia_request"),
        ("is:open", "stage:open"),
        ("stage:window_open,closed", "stage:closed,window_open"),
        ("due:<2026-12-01", "due:<2026-12-01"),
        ("due:=2026-12-01 due:2026-12-01", "due:2026-12-01"),
        ("due:>=today due:<=+7d", "due:<=+7d due:>=today"),
        ("due:2026-11-01..2026-12-01", "due:2026-11-01..2026-12-01"),
        ("due:none is:overdue", "due:none is:overdue"),
        ("created:>-30d updated:today", "created:>-30d updated:today"),
        ("developer:Larkspur", "developer:larkspur"),
        ("developer:\"Larkspur  Cognition\"", "developer:\"larkspur cognition\""),
        ("owner:none owner:\"none\" owner:dana", "owner:none owner:dana owner:\"none\""),
        ("eng-2026-k7q4md", "reference:ENG-2026-K7Q4MD"),
        ("\"eng-2026-k7q4md\"", "\"eng-2026-k7q4md\""),
        ("reference:eng-2026", "reference:ENG-2026"),
        ("Heron-3 \"Mutual  NDA\"", "\"heron-3\" \"mutual nda\""),
        ("Heron heron", "\"heron\""),
        ("a:b", ""),
    ] {
        if text == "a:b" {
            assert!(text.parse::<Query>().is_err());
            continue;
        }
        let query = parsed(text);
        assert_eq!(query.to_string(), canonical, "{text}");
        assert_eq!(parsed(canonical), query, "{canonical}");
    }
}

#[test]
fn what_is_wrong_is_named_with_its_place() {
    for (text, at, says) in [
        ("stage:open stge:x", 12, "there is no field \"stge\"; there are kind, stage, due, developer,"),
        ("  due:", 3, "\"due\" has no value"),
        ("due: <2026-12-01", 1, "\"due\" has no value"),
        ("owner:\"\"", 1, "\"owner\" has no value"),
        ("due:<2026-13-01", 5, "\"due\" cannot be \"<2026-13-01\"; it takes none, or a date (2026-12-01,"),
        ("due:2026-12-1", 5, "\"due\" cannot be"),
        ("due:+9999d", 5, "\"due\" cannot be"),
        ("due:..2026-12-01", 5, "\"due\" cannot be"),
        ("created:none", 9, "\"created\" cannot be"),
        ("kind:engagement,car", 6, "it takes release, inquiry, engagement,"),
        ("stage:opened", 7, "it takes open, closed, or the name of a stage such as "),
        ("is:late", 4, "it takes open, closed, overdue, due_soon"),
        ("reference:50%", 11, "\"reference\" cannot be"),
        ("reference:a_b", 11, "\"reference\" cannot be"),
        ("é \"Mutual NDA", 3, "the quotation that begins here does not end"),
        ("developer:\"Lark", 11, "the quotation that begins here does not end"),
        ("a\u{0}b", 2, "a control character"),
    ] {
        let error = text.parse::<Query>().unwrap_err().to_string();
        assert!(error.starts_with(&format!("at character {at}: ")), "{text}: {error}");
        assert!(error.contains(says), "{text}: {error}");
    }
    let long = "x".repeat(LONGEST + 1);
    assert_eq!(long.parse::<Query>(), Err(QueryError::TooLong { most: LONGEST }));
    let many = "x ".repeat(MOST_TERMS + 1);
    assert_eq!(many.parse::<Query>(), Err(QueryError::TooManyTerms { at: 2 * MOST_TERMS + 1, most: MOST_TERMS }));
}

#[test]
fn every_field_takes_what_it_says_and_every_stage_can_be_asked_for() {
    for field in Field::ALL {
        let error = format!("{}:\"\u{2}", field.name()).parse::<Query>();
        assert!(error.is_err(), "{field:?}");
        assert!(!field.takes().is_empty());
    }
    for kind in Kind::ALL {
        for name in [kind.name(), kind.plural()] {
            assert_eq!(parsed(&format!("kind:{name}")).kinds(), [kind], "{name}");
        }
        for stage in workflow::stages(kind).iter().filter(|stage| !["open", "closed"].contains(stage)) {
            assert_eq!(parsed(&format!("stage:{stage}")).to_string(), format!("stage:{stage}"));
        }
    }
    assert_eq!(parsed("kind:grant,release kind:grant").kinds(), [Kind::Grant], "all terms hold");
    assert_eq!(parsed("kind:grant kind:release").kinds(), []);
}

#[test]
fn days_hold_their_bounds() {
    let date = |text: &str| text.parse().unwrap();
    let today = date("2026-11-23");
    for (text, within, without) in [
        ("2026-11-23", &["2026-11-23"][..], &["2026-11-22", "2026-11-24"][..]),
        ("<2026-11-23", &["2026-11-22"], &["2026-11-23"]),
        ("<=2026-11-23", &["2026-11-22", "2026-11-23"], &["2026-11-24"]),
        (">today", &["2026-11-24"], &["2026-11-23"]),
        (">=today", &["2026-11-23", "2026-11-24"], &["2026-11-22"]),
        ("-1d..+1d", &["2026-11-22", "2026-11-23", "2026-11-24"], &["2026-11-21", "2026-11-25"]),
        ("2026-11-25..2026-11-20", &[], &["2026-11-20", "2026-11-23", "2026-11-25"]),
    ] {
        let query = parsed(&format!("created:{text}"));
        let Some(Term::Created(days)) = query.terms().next() else { panic!("{text}") };
        for day in within {
            assert!(days.contain(date(day), today), "{text}: {day}");
        }
        for day in without {
            assert!(!days.contain(date(day), today), "{text}: {day}");
        }
    }
    assert_eq!(Days::On(Day::Today(-3)).bounds(today), (Some(date("2026-11-20")), Some(date("2026-11-20"))));
}

/// Pieces that queries are made of, and such that break them.
fn piece() -> impl Strategy<Value = String> {
    let field = prop::sample::select(Field::ALL.map(Field::name).to_vec());
    let value = prop::sample::select(vec![
        "open",
        "closed",
        "engagement",
        "<2026-12-01",
        "2026-11-01..+7d",
        ">=today",
        "none",
        "me",
        "\"a b\"",
        "overdue",
        "locked",
        "ENG-2026-0004",
        "larkspur",
        "",
        "é\u{130}",
        "a:b",
        "\"none\"",
    ]);
    prop_oneof![
        (field, value).prop_map(|(field, value)| format!("{field}:{value}")),
        "[a-zA-Z0-9\"\\-: \u{e9}\u{2028}]{0,12}",
    ]
}

proptest! {
    /// Whatever can be read is written so that it reads the same, and no text makes the parser fail otherwise than by a
    /// named error.
    #[test]
    fn the_canonical_form_reads_the_same(pieces in prop::collection::vec(piece(), 0..6)) {
        if let Ok(query) = pieces.join(" ").parse::<Query>() {
            let canonical = query.to_string();
            prop_assert_eq!(canonical.parse::<Query>(), Ok(query), "{}", canonical);
        }
    }

    #[test]
    fn any_text_is_read_or_refused_with_a_place(text in ".{0,80}") {
        if let Err(error) = text.parse::<Query>() {
            prop_assert!(error.to_string().starts_with("at character "), "{}", error);
        }
    }
}

/// There are some sixty stages: an error names a few, those that look most like what was meant.
#[test]
fn a_wrong_stage_is_told_the_stages_that_look_like_it() {
    for (wrong, near) in [("window_opne", "window_open"), ("condition", "conditions"), ("nope", "proposed")] {
        let error = format!("stage:{wrong}").parse::<Query>().expect_err("it is no stage").to_string();
        let (_, names) = error.split_once("such as ").expect("some are named");
        assert!(names.split(", ").any(|name| name == near), "{error}");
        assert!(names.split(", ").count() <= 8, "{error}");
    }
}
