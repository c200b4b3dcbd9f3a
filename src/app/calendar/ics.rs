//! Writes a calendar (RFC 5545): all-day events, CRLF lines folded at 75 bytes, text escaped.

use chrono::NaiveDate;

use crate::domain::time::Instant;

/// Bytes of a line, without its end (RFC 5545, section 3.1).
const LINE: usize = 75;

/// A task on a day.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Task {
    /// The same for ever.
    pub(super) uid: String,
    /// When it was last changed.
    pub(super) stamp: Instant,
    /// The day.
    pub(super) day: NaiveDate,
    /// What a calendar shows.
    pub(super) summary: String,
}

/// The whole calendar.
pub(super) fn calendar(tasks: &[Task]) -> String {
    let mut text = String::new();
    for line in ["BEGIN:VCALENDAR", "VERSION:2.0", "PRODID:-//Anteroom//Task dates//EN", "CALSCALE:GREGORIAN"] {
        add(&mut text, line);
    }
    for task in tasks {
        event(&mut text, task);
    }
    add(&mut text, "END:VCALENDAR");
    text
}

/// A task takes nobody's time and concerns nobody else.
fn event(text: &mut String, task: &Task) {
    let next = task.day.succ_opt().unwrap_or(task.day);
    add(text, "BEGIN:VEVENT");
    add(text, &format!("UID:{}", escaped(&task.uid)));
    add(text, &format!("DTSTAMP:{}", task.stamp.format("%Y%m%dT%H%M%SZ")));
    add(text, &format!("DTSTART;VALUE=DATE:{}", task.day.format("%Y%m%d")));
    add(text, &format!("DTEND;VALUE=DATE:{}", next.format("%Y%m%d")));
    add(text, &format!("SUMMARY:{}", escaped(&task.summary)));
    add(text, "CLASS:PRIVATE");
    add(text, "TRANSP:TRANSPARENT");
    add(text, "END:VEVENT");
}

/// Adds a line, folded between characters: a continuation begins with a space, which counts.
fn add(text: &mut String, line: &str) {
    let mut width = 0;
    for character in line.chars() {
        if width + character.len_utf8() > LINE {
            text.push_str("\r\n ");
            width = 1;
        }
        text.push(character);
        width += character.len_utf8();
    }
    text.push_str("\r\n");
}

/// Text as a value: what has a meaning there is escaped, other control characters are left out.
fn escaped(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len());
    for character in text.chars() {
        match character {
            '\\' | ';' | ',' => escaped.extend(['\\', character]),
            '\n' => escaped.push_str("\\n"),
            other if other.is_control() => {}
            other => escaped.push(other),
        }
    }
    escaped
}

#[cfg(test)]
mod tests {
    use super::*;

    fn task(summary: &str) -> Task {
        Task {
            uid: "11111111-2222-3333-4444-555555555555@anteroom.example".to_owned(),
            stamp: "2026-11-23T14:00:00.5Z".parse().unwrap(),
            day: NaiveDate::from_ymd_opt(2026, 12, 31).unwrap(),
            summary: summary.to_owned(),
        }
    }

    #[test]
    fn a_task_is_a_private_all_day_event() {
        let expected = "BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:-//Anteroom//Task dates//EN\r\n\
            CALSCALE:GREGORIAN\r\nBEGIN:VEVENT\r\n\
            UID:11111111-2222-3333-4444-555555555555@anteroom.example\r\n\
            DTSTAMP:20261123T140000Z\r\nDTSTART;VALUE=DATE:20261231\r\nDTEND;VALUE=DATE:20270101\r\n\
            SUMMARY:ENG-2026-K7Q4MD: sign\r\nCLASS:PRIVATE\r\nTRANSP:TRANSPARENT\r\nEND:VEVENT\r\n\
            END:VCALENDAR\r\n";
        assert_eq!(calendar(&[task("ENG-2026-K7Q4MD: sign")]), expected);
    }

    #[test]
    fn lines_are_folded_between_characters_and_unfold_to_what_they_were() {
        for summary in ["x".repeat(66), "x".repeat(67), "x".repeat(68), "x".repeat(400), "\u{e9}\u{20ac}".repeat(80)] {
            let text = calendar(&[task(&summary)]);
            assert!(text.split("\r\n").all(|line| line.len() <= LINE), "{text}");
            assert!(text.replace("\r\n ", "").contains(&format!("SUMMARY:{summary}\r\n")), "{text}");
        }
    }

    #[test]
    fn text_cannot_end_its_line() {
        for (text, expected) in [
            ("a,b;c\\d", "a\\,b\\;c\\\\d"),
            ("a\r\nEND:VEVENT", "a\\nEND:VEVENT"),
            ("a\u{0}\u{1b}b", "ab"),
            ("a:b\"", "a:b\""),
        ] {
            assert_eq!(escaped(text), expected);
        }
    }
}
