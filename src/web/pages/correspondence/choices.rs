//! What a person wants to be told by mail, and when.

use std::collections::BTreeMap;

use askama::Template;
use axum::{extract::State, http::StatusCode, response::Response};
use serde::Deserialize;

use crate::{
    app::{
        AppError,
        preferences::{NewPreferences, PreferencesView, TopicChoice},
    },
    domain::notice::Cadence,
    web::{
        Web, done,
        extract::{
            ApiQuery,
            visitor::{Fields, Member, MemberPosted, Visitor},
        },
        pages::{
            frame::{Frame, html},
            ui::{Alert, Choice, Control, FieldView, Inline, Row, Section, Table, Tone},
        },
        problem::Problem,
    },
};

#[derive(Template)]
#[template(path = "pages/notifications.html")]
struct ChoicesPage {
    frame: Frame,
    alert: Option<Alert>,
    fields: Vec<FieldView>,
    fixed: Section,
    csrf: String,
}

/// What the page may be asked for.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Asked {
    #[serde(default)]
    done: String,
}

/// The choices.
pub async fn page(
    State(web): State<Web>,
    Member(visitor): Member,
    ApiQuery(asked): ApiQuery<Asked>,
) -> Result<Response, AppError> {
    let chosen = web.app.preferences(visitor.principal()).await?;
    let alert = (!asked.done.is_empty()).then(|| Alert::new(Tone::Success, "Your choices hold from now on."));
    html(&shown(&web, &visitor, &chosen, &BTreeMap::new(), alert))
}

/// New choices in the place of those before.
pub async fn put(State(web): State<Web>, MemberPosted { visitor, fields }: MemberPosted) -> Result<Response, AppError> {
    let before = web.app.preferences(visitor.principal()).await?;
    match web.app.put_preferences(visitor.principal(), &read(&fields, &before.topics)).await {
        Ok(_) => Ok(done::led("/account/notifications?done=put")),
        Err(error @ AppError::Invalid(_)) => {
            let problem = Problem::from(error);
            let at = |error: &crate::web::problem::ProblemField| {
                Some((name_of(error.pointer.as_deref()?), error.detail.clone()))
            };
            let errors = problem.errors.iter().filter_map(at).collect();
            let mut response = html(&shown(&web, &visitor, &typed(&fields, before), &errors, None))?;
            *response.status_mut() = StatusCode::UNPROCESSABLE_ENTITY;
            Ok(response)
        }
        Err(error) => Err(error),
    }
}

/// The field that a pointer is about: `/muted/2` is about `muted`.
fn name_of(pointer: &str) -> String {
    let mut parts = pointer.trim_start_matches('/').split('/');
    match (parts.next().unwrap_or_default(), parts.next()) {
        ("mail", Some(topic)) => format!("mail-{topic}"),
        (name, _) => name.to_owned(),
    }
}

fn read(fields: &Fields, topics: &[TopicChoice]) -> NewPreferences {
    let switchable = topics.iter().filter(|one| one.switchable).map(|one| one.topic.name());
    let mail = switchable.map(|name| (name.to_owned(), cadence(fields.get(&format!("mail-{name}")))));
    let zone = fields.get("zone").trim();
    NewPreferences {
        mail: mail.collect(),
        calendar_entries: fields.get("calendar_entries") == "true",
        quiet_hours: fields.get("quiet_hours") == "true",
        zone: (!zone.is_empty()).then(|| zone.to_owned()),
        muted: fields.get("muted").split_whitespace().map(str::to_owned).collect(),
    }
}

/// What was typed, in the place of what holds.
fn typed(fields: &Fields, mut before: PreferencesView) -> PreferencesView {
    let new = read(fields, &before.topics);
    for choice in &mut before.topics {
        choice.mail = new.mail.get(choice.topic.name()).copied().unwrap_or(choice.mail);
    }
    PreferencesView {
        calendar_entries: new.calendar_entries,
        quiet_hours: new.quiet_hours,
        zone: new.zone,
        muted: new.muted,
        ..before
    }
}

fn cadence(name: &str) -> Cadence {
    match name {
        "digest" => Cadence::Digest,
        "off" => Cadence::Off,
        _ => Cadence::Immediate,
    }
}

fn shown(
    web: &Web,
    visitor: &Visitor,
    chosen: &PreferencesView,
    errors: &BTreeMap<String, String>,
    alert: Option<Alert>,
) -> ChoicesPage {
    let check = |name: &str, label: &str, ticked: bool, hint: &str| {
        FieldView::of(name, label, Control::Check { ticked }).optional().hinted(hint)
    };
    let mut fields: Vec<FieldView> =
        chosen.topics.chunk_by(|one, next| one.group == next.group).filter_map(|of| group(of, errors)).collect();
    let zone = chosen.zone.as_deref().unwrap_or_default();
    fields.extend([
        check("calendar_entries", "Send my own task dates as calendar entries", chosen.calendar_entries,
            "They move and go with the task."),
        check("quiet_hours", "Quiet hours", chosen.quiet_hours,
            "Mail waits from 20:00 to 07:00 and over federal holidays, unless it is legally operative or due within 48 hours."),
        FieldView::line("zone", "Zone of my day", "text", zone).optional().hinted("Such as Europe/Berlin; the program’s if left empty."),
        FieldView::of("muted", "Records about which I want no mail", Control::Area { value: chosen.muted.join("\n"), most: None })
            .optional()
            .hinted("References, one on each line. What is legally operative comes all the same."),
    ]);
    for field in &mut fields {
        if let Some(error) = errors.get(&field.name) {
            error.clone_into(&mut field.error);
        }
    }
    ChoicesPage {
        frame: Frame::of(web, visitor, "Notifications"),
        alert,
        fields,
        fixed: fixed(&chosen.topics),
        csrf: visitor.csrf.clone(),
    }
}

/// A field for each topic of a group, below the group's name where they are several.
fn group(topics: &[TopicChoice], errors: &BTreeMap<String, String>) -> Option<FieldView> {
    let switchable = || topics.iter().filter(|one| one.switchable);
    let first = switchable().next()?;
    let heading = format!("Mail about {}", first.group.label());
    if switchable().count() == 1 {
        return Some(topic(first, &heading));
    }
    let below = |one: &TopicChoice| {
        let field = topic(one, &one.label);
        let error = errors.get(&field.name).cloned().unwrap_or_default();
        field.wrong(&error)
    };
    let fields = Control::Group(switchable().map(below).collect());
    Some(FieldView::of(&format!("group-{}", first.group.name()), &heading, fields))
}

fn topic(one: &TopicChoice, label: &str) -> FieldView {
    let names = [
        (Cadence::Immediate, "immediate", "At once"),
        (Cadence::Digest, "digest", "Once a day, at 08:00"),
        (Cadence::Off, "off", "Never"),
    ];
    let choices = names.map(|(mail, value, label)| Choice {
        value: value.to_owned(),
        label: label.to_owned(),
        chosen: mail == one.mail,
    });
    FieldView::of(&format!("mail-{}", one.topic.name()), label, Control::Select(choices.into()))
}

/// What nobody can switch off.
fn fixed(topics: &[TopicChoice]) -> Section {
    let rows = topics.iter().filter(|one| !one.switchable);
    let about = |one: &TopicChoice| Inline::text(format!("Mail about {}", one.group.label()));
    let rows = rows.map(|one| Row::new(vec![about(one), Inline::text("At once")]));
    let table = Table::new("What always comes", &["What", "When"], "").with(rows);
    Section::new("fixed", "What always comes").with(table)
}
