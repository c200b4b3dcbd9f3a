//! Task dates as calendars read them (RFC 5545): as a feed that a program fetches, and as entries that come by mail
//! (RFC 5546). Both say a reference, a kind of task, a day and a link, and have no field for anything else.

use chrono::{DateTime, NaiveDate, TimeDelta, Utc};
use icalendar::{Alarm, Calendar, Class, Component as _, Event, EventLike as _, EventStatus, Property};
use serde::{Deserialize, Serialize};

use super::message::ComposeError;
use super::validate;

/// Who wrote the calendar.
const PRODUCT: &str = "-//Anteroom//Task dates//EN";

/// The name of a feed.
const NAME: &str = "Anteroom task dates";

/// How often a program should ask for a feed again.
const REFRESH: TimeDelta = TimeDelta::hours(4);

/// How long before the day its alarm rings.
const AHEAD: TimeDelta = TimeDelta::days(3);

/// What a mail asks of the recipient's calendar.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Method {
    /// Enter the day, or move it.
    Request,
    /// Take it out.
    Cancel,
}

impl Method {
    /// The name in `METHOD` and in the part's media type.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Request => "REQUEST",
            Self::Cancel => "CANCEL",
        }
    }
}

/// A calendar entry that a mail carries, besides what the mail says anyway.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct CalendarPart {
    /// What is asked.
    pub method: Method,
    /// What makes the entry one and the same, `left@host`; it tells nothing.
    pub uid: String,
    /// Counts the changes of the entry, from 0; a calendar keeps the highest.
    pub sequence: u32,
    /// When this change was made.
    pub stamp: DateTime<Utc>,
    /// The day: the last one of the recipient's own task.
    pub day: NaiveDate,
}

/// A task of a feed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Task {
    /// The same for ever.
    pub uid: String,
    /// When it was last changed.
    pub stamp: DateTime<Utc>,
    /// The day.
    pub day: NaiveDate,
    /// What a calendar shows.
    pub summary: String,
    /// Where it is read: the address of the record, without any secret.
    pub link: String,
}

/// What a calendar shows of a task: the reference and a word from the closed table of asks.
pub fn summary(reference: &str, ask: crate::domain::notice::Ask) -> String {
    format!("{reference}: {}", ask.as_str().replace('_', " "))
}

/// A whole feed.
pub fn feed(tasks: &[Task]) -> String {
    let mut calendar = empty("PUBLISH");
    calendar.name(NAME).ttl(&REFRESH);
    for task in tasks {
        let mut event = Event::new();
        let link: String = task.link.chars().filter(|character| !character.is_control()).collect();
        event.uid(&task.uid).url(&link).alarm(alarm(&task.summary, task.stamp, &task.uid));
        calendar.push(dated(event, task.stamp, task.day, &task.summary));
    }
    calendar.to_string()
}

/// The calendar object of a mail. `organizer` is the bare address of the sender: calendars take a change from nobody
/// else.
///
/// # Errors
/// [`ComposeError::Identifier`] or [`ComposeError::ControlCharacter`] where a part could end its line.
pub(super) fn object(
    part: &CalendarPart,
    organizer: &str,
    attendee: &str,
    summary: &str,
    link: &str,
) -> Result<String, ComposeError> {
    validate::identifier("calendar uid", &part.uid)?;
    for (field, text) in [("sender", organizer), ("recipient", attendee), ("summary", summary), ("link", link)] {
        validate::no_control(field, text)?;
    }
    let mut event = Event::new();
    event.uid(&part.uid).sequence(part.sequence).url(link).description(link);
    event.append_property(Property::new("ORGANIZER", format!("mailto:{organizer}")));
    let mut guest = Property::new("ATTENDEE", format!("mailto:{attendee}"));
    for (name, value) in [("CUTYPE", "INDIVIDUAL"), ("ROLE", "REQ-PARTICIPANT"), ("PARTSTAT", "NEEDS-ACTION")] {
        guest.add_parameter(name, value);
    }
    event.append_property(guest.add_parameter("RSVP", "FALSE").done());
    match part.method {
        Method::Request => {
            event.status(EventStatus::Confirmed);
            event.alarm(alarm(summary, part.stamp, &part.uid));
        }
        Method::Cancel => {
            event.status(EventStatus::Cancelled);
        }
    }
    let mut calendar = empty(part.method.name());
    calendar.push(dated(event, part.stamp, part.day, summary));
    Ok(calendar.to_string())
}

/// The alarm of an entry.
fn alarm(summary: &str, stamp: DateTime<Utc>, uid: &str) -> Alarm {
    let plain: String = summary.chars().filter(|character| !character.is_control()).collect();
    let mut alarm = Alarm::display(&plain, -AHEAD);
    // Left to itself the library takes the machine's clock and chance, and no two attempts would be the same.
    alarm.timestamp(stamp).uid(&format!("alarm-{uid}"));
    alarm
}

fn empty(method: &str) -> Calendar {
    let mut calendar = Calendar::empty();
    for (name, value) in [("VERSION", "2.0"), ("PRODID", PRODUCT), ("CALSCALE", "GREGORIAN"), ("METHOD", method)] {
        calendar.append_property(Property::new(name, value));
    }
    calendar
}

/// The event on its day. It takes nobody's time and concerns nobody else.
fn dated(mut event: Event, stamp: DateTime<Utc>, day: NaiveDate, summary: &str) -> Event {
    // The end is exclusive (RFC 5545, section 3.6.1).
    event.starts(day).ends(day.succ_opt().unwrap_or(day));
    event.timestamp(stamp).class(Class::Private).add_property("TRANSP", "TRANSPARENT");
    // The library escapes what has a meaning in a text, and leaves other control characters.
    let plain: String = summary.chars().filter(|character| !character.is_control()).collect();
    event.summary(&plain);
    event.done()
}

#[cfg(test)]
mod tests {
    use calcard::{Entry, Parser, icalendar::ICalendar};

    use super::*;
    use crate::domain::notice::Ask;

    fn task(summary: &str) -> Task {
        Task {
            uid: "11111111-2222-3333-4444-555555555555@anteroom.example".to_owned(),
            stamp: "2026-11-23T14:00:00.5Z".parse().unwrap(),
            day: NaiveDate::from_ymd_opt(2026, 12, 31).unwrap(),
            summary: summary.to_owned(),
            link: "https://anteroom.example/engagements/ENG-2026-K7Q4MD".to_owned(),
        }
    }

    fn part(method: Method) -> CalendarPart {
        CalendarPart {
            method,
            uid: "0b5f@anteroom.example".to_owned(),
            sequence: 3,
            stamp: "2026-11-23T14:00:00Z".parse().unwrap(),
            day: NaiveDate::from_ymd_opt(2026, 12, 31).unwrap(),
        }
    }

    fn parsed(text: &str) -> ICalendar {
        match Parser::new(text).entry() {
            Entry::ICalendar(calendar) => calendar,
            other => panic!("no calendar: {other:?}\n{text}"),
        }
    }

    /// The lines without their folds.
    fn lines(text: &str) -> Vec<String> {
        text.replace("\r\n ", "").split_terminator("\r\n").map(str::to_owned).collect()
    }

    #[test]
    fn a_feed_has_a_name_a_refresh_interval_and_private_all_day_events() {
        let text = feed(&[task("ENG-2026-K7Q4MD: sign")]);
        let expected = "BEGIN:VCALENDAR\nVERSION:2.0\nPRODID:-//Anteroom//Task dates//EN\nCALSCALE:GREGORIAN\n\
            METHOD:PUBLISH\nNAME:Anteroom task dates\nX-WR-CALNAME:Anteroom task dates\n\
            REFRESH-INTERVAL;VALUE=DURATION:PT14400S\nX-PUBLISHED-TTL:PT14400S\nBEGIN:VEVENT\nCLASS:PRIVATE\n\
            DTEND;VALUE=DATE:20270101\nDTSTAMP:20261123T140000Z\nDTSTART;VALUE=DATE:20261231\n\
            SUMMARY:ENG-2026-K7Q4MD: sign\nTRANSP:TRANSPARENT\n\
            UID:11111111-2222-3333-4444-555555555555@anteroom.example\n\
            URL:https://anteroom.example/engagements/ENG-2026-K7Q4MD\nBEGIN:VALARM\nACTION:DISPLAY\n\
            DESCRIPTION:ENG-2026-K7Q4MD: sign\nDTSTAMP:20261123T140000Z\nTRIGGER:-PT259200S\n\
            UID:alarm-11111111-2222-3333-4444-555555555555@anteroom.example\nEND:VALARM\n\
            END:VEVENT\nEND:VCALENDAR";
        assert_eq!(lines(&text).join("\n"), expected);
        assert_eq!(parsed(&text).components.len(), 3);
    }

    #[test]
    fn lines_are_folded_and_text_cannot_end_its_line() {
        for summary in ["x".repeat(66), "x".repeat(67), "x".repeat(68), "x".repeat(400)] {
            let text = feed(&[task(&summary)]);
            assert!(text.split("\r\n").all(|line| line.len() <= 75), "{text}");
            assert!(lines(&text).contains(&format!("SUMMARY:{summary}")), "{text}");
        }
        let broken = feed(&[Task { link: "https://a.example/\r\nATTACH:x".to_owned(), ..task("s") }]);
        assert!(!lines(&broken).iter().any(|line| line.starts_with("ATTACH")), "{broken}");
        let hostile = feed(&[task("a\r\nEND:VEVENT\0\u{1b},;\\")]);
        assert!(lines(&hostile).contains(&"SUMMARY:aEND:VEVENT\\,\\;\\\\".to_owned()), "{hostile}");
    }

    #[test]
    fn an_entry_says_whose_it_is_what_it_is_and_when_and_nothing_else() {
        let words = summary("ENG-2026-K7Q4MD", Ask::CertifyReturn);
        let link = "https://anteroom.example/engagements/ENG-2026-K7Q4MD";
        let text = |method| object(&part(method), "a@anteroom.example", "dana@example.org", &words, link).unwrap();
        let request = lines(&text(Method::Request)).join("\n");
        let expected = "BEGIN:VCALENDAR\nVERSION:2.0\nPRODID:-//Anteroom//Task dates//EN\nCALSCALE:GREGORIAN\n\
            METHOD:REQUEST\nBEGIN:VEVENT\n\
            ATTENDEE;CUTYPE=INDIVIDUAL;PARTSTAT=NEEDS-ACTION;ROLE=REQ-PARTICIPANT;RSVP=FALSE:mailto:dana@example.org\n\
            CLASS:PRIVATE\nDESCRIPTION:https://anteroom.example/engagements/ENG-2026-K7Q4MD\n\
            DTEND;VALUE=DATE:20270101\nDTSTAMP:20261123T140000Z\nDTSTART;VALUE=DATE:20261231\n\
            ORGANIZER:mailto:a@anteroom.example\nSEQUENCE:3\nSTATUS:CONFIRMED\n\
            SUMMARY:ENG-2026-K7Q4MD: certify return\nTRANSP:TRANSPARENT\nUID:0b5f@anteroom.example\n\
            URL:https://anteroom.example/engagements/ENG-2026-K7Q4MD\nBEGIN:VALARM\n\
            ACTION:DISPLAY\nDESCRIPTION:ENG-2026-K7Q4MD: certify return\nDTSTAMP:20261123T140000Z\nTRIGGER:-PT259200S\n\
            UID:alarm-0b5f@anteroom.example\nEND:VALARM\nEND:VEVENT\nEND:VCALENDAR";
        assert_eq!(request, expected);
        let cancel = lines(&text(Method::Cancel));
        for line in ["METHOD:CANCEL", "STATUS:CANCELLED", "SEQUENCE:3", "UID:0b5f@anteroom.example"] {
            assert!(cancel.contains(&line.to_owned()), "{cancel:?}");
        }
        assert!(!cancel.contains(&"BEGIN:VALARM".to_owned()), "what is taken out rings no more");
    }

    #[test]
    fn no_part_of_an_entry_can_end_its_line() {
        let bad = "x\r\nATTACH:https://eve.example";
        let good = part(Method::Request);
        let with = |uid: &str, from: &str, to: &str, summary: &str, link: &str| {
            object(&CalendarPart { uid: uid.to_owned(), ..good.clone() }, from, to, summary, link).is_ok()
        };
        assert!(with("a@b", "a@b", "c@d", "s", "https://a.example/"));
        for (index, fields) in [[0, 1, 1, 1, 1], [1, 0, 1, 1, 1], [1, 1, 0, 1, 1], [1, 1, 1, 0, 1], [1, 1, 1, 1, 0]]
            .into_iter()
            .enumerate()
        {
            let pick = |at: usize, fine: &'static str| if fields[at] == 0 { bad } else { fine };
            assert!(
                !with(pick(0, "a@b"), pick(1, "a@b"), pick(2, "c@d"), pick(3, "s"), pick(4, "https://a.example/")),
                "field {index}"
            );
        }
    }
}
