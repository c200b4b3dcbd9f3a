//! What if: a supposition about an engagement, and what would follow from it. Nothing is written but that it was asked.

mod answer;

use std::collections::BTreeMap;

use askama::Template;
use axum::{
    extract::State,
    http::StatusCode,
    response::{IntoResponse as _, Response},
    routing::get,
};
use chrono_tz::Tz;

use super::{
    PageRoute,
    act::{is_form, told},
    form::instant,
    frame::{Frame, html},
    sheet::crumb,
    time::PageClock,
    ui::{Alert, Choice, Control, FieldView, Inline, Section, Tone, id_of},
};
use crate::{
    app::{
        AppError, Dossier,
        view::RecordView,
        what_if::{Said, Suppose, SupposeKind, WhatIf},
    },
    domain::{id::Kind, plan::UNSIGNED},
    web::{
        Web,
        extract::{
            Path,
            visitor::{Fields, Member, MemberPosted, Visitor},
        },
        problem::Problem,
    },
};

/// The pages of this room.
pub fn routes() -> Vec<PageRoute> {
    vec![PageRoute::form("/engagements/{reference}/what-if", get(page).post(ask))]
}

/// The suppositions, as forms name them.
const KINDS: [(&str, SupposeKind, &str); 3] = [
    ("planned_release", SupposeKind::PlannedRelease, "The planned partner release moves"),
    ("condition_unsigned", SupposeKind::ConditionUnsigned, "A condition stays unsigned"),
    ("framework_version", SupposeKind::FrameworkVersion, "Another framework version applies"),
];

/// A form for one supposition.
struct Supposing {
    kind: &'static str,
    heading: &'static str,
    fields: Vec<FieldView>,
}

#[derive(Template)]
#[template(path = "pages/what_if.html")]
struct WhatIfPage {
    frame: Frame,
    crumbs: Vec<Inline>,
    heading: String,
    alert: Option<Alert>,
    answer: Vec<Section>,
    forms: Vec<Supposing>,
    csrf: String,
}

/// What a form holds already.
#[derive(Default)]
struct Draft {
    typed: Fields,
    errors: BTreeMap<String, String>,
    alert: Option<Alert>,
    answer: Vec<Section>,
}

async fn page(
    State(web): State<Web>,
    Member(visitor): Member,
    Path(reference): Path<String>,
) -> Result<Response, AppError> {
    form(&web, &visitor, &reference, Draft::default(), StatusCode::OK).await
}

async fn ask(
    State(web): State<Web>,
    Path(reference): Path<String>,
    MemberPosted { visitor, fields }: MemberPosted,
) -> Result<Response, AppError> {
    let zone = web.app.settings().program.zone;
    let asked = match supposed(&fields, zone) {
        Ok(asked) => asked,
        Err(errors) => {
            let draft = Draft { typed: fields, errors, ..Draft::default() };
            return form(&web, &visitor, &reference, draft, StatusCode::UNPROCESSABLE_ENTITY).await;
        }
    };
    match web.app.what_if(visitor.principal(), &reference, &asked).await {
        Ok(found) => {
            let clock = PageClock { zone, now: found.at.at };
            let draft = Draft { typed: fields, answer: answer::sections(&found, clock), ..Draft::default() };
            form(&web, &visitor, &reference, draft, StatusCode::OK).await
        }
        Err(error) if is_form(&error) => {
            let problem = Problem::from(error);
            let status = StatusCode::from_u16(problem.status).unwrap_or(StatusCode::CONFLICT);
            let (errors, alert) = told(&problem);
            let draft = Draft { typed: fields, errors, alert, ..Draft::default() };
            form(&web, &visitor, &reference, draft, status).await
        }
        Err(error) => Err(error),
    }
}

/// The supposition that was sent; or what is wrong, by field.
fn supposed(fields: &Fields, zone: Tz) -> Result<WhatIf, BTreeMap<String, String>> {
    let mut errors = BTreeMap::new();
    let typed = |name: &str| fields.find(name).map(str::trim).filter(|text| !text.is_empty());
    let mut at = |name: &str| {
        let read = instant(typed(name)?, zone);
        read.inspect_err(|error| drop(errors.insert(name.to_owned(), (*error).to_owned()))).ok()
    };
    let (to, by, until) = (at("/suppose/to"), at("/suppose/by"), at("/until"));
    let chosen = KINDS.iter().find(|(name, ..)| *name == fields.get("kind"));
    let (_, kind, _) = *chosen.unwrap_or(&KINDS[0]);
    let mut suppose = Suppose { kind, to: Said::LeftOut, condition: None, by: None, version: None };
    match kind {
        SupposeKind::PlannedRelease => suppose.to = Said::To(to),
        SupposeKind::ConditionUnsigned => {
            suppose.condition = typed("/suppose/condition").map(str::to_owned);
            suppose.by = by;
        }
        SupposeKind::FrameworkVersion => suppose.version = typed("/suppose/version").map(str::to_owned),
    }
    let wanted = [
        ("/suppose/condition", suppose.condition.is_none(), SupposeKind::ConditionUnsigned),
        ("/suppose/by", suppose.by.is_none(), SupposeKind::ConditionUnsigned),
        ("/suppose/version", suppose.version.is_none(), SupposeKind::FrameworkVersion),
    ];
    for (name, _, _) in wanted.into_iter().filter(|(_, missing, of)| *missing && *of == kind) {
        errors.entry(name.to_owned()).or_insert_with(|| "Fill this in.".to_owned());
    }
    if errors.is_empty() { Ok(WhatIf { suppose, until }) } else { Err(errors) }
}

async fn form(
    web: &Web,
    visitor: &Visitor,
    reference: &str,
    draft: Draft,
    status: StatusCode,
) -> Result<Response, AppError> {
    let dossier = web.app.dossier(visitor.principal(), Kind::Engagement, reference).await?;
    if !dossier.plans || !matches!(dossier.view, RecordView::Engagement(_)) {
        return Err(AppError::Forbidden);
    }
    let (versions, _) = web.app.framework_versions().await?;
    let versions: Vec<(String, String)> =
        versions.iter().map(|version| (version.id.clone(), version.id.clone())).collect();
    let alert = draft.alert.or_else(|| summary(&draft.errors));
    let marking = match &dossier.view {
        RecordView::Engagement(view) => view.marking.as_ref().map(|marking| marking.banner.clone()),
        _ => None,
    };
    let heading = "What if".to_owned();
    let page = WhatIfPage {
        frame: Frame::of(web, visitor, format!("{heading}: {}", dossier.reference)).marked(marking),
        crumbs: vec![crumb(Kind::Engagement, &dossier.reference), Inline::text(heading.clone())],
        heading,
        alert,
        answer: draft.answer,
        forms: forms(&draft.typed, &draft.errors, &conditions(&dossier), &versions, web.app.settings().program.zone),
        csrf: visitor.csrf.clone(),
    };
    let mut response = html(&page)?.into_response();
    *response.status_mut() = status;
    Ok(response)
}

fn summary(errors: &BTreeMap<String, String>) -> Option<Alert> {
    let mut alert = Alert::headed(Tone::Error, "Some fields need another look", Vec::new());
    alert.fields = errors.iter().map(|(name, error)| (id_of(name), error.clone())).collect();
    (!errors.is_empty()).then_some(alert)
}

/// The conditions that are not signed yet.
fn conditions(dossier: &Dossier) -> Vec<(String, String)> {
    let conditions = dossier.under.iter().filter_map(|under| match &under.view {
        RecordView::Condition(view) if UNSIGNED.contains(&view.stage) => {
            Some((under.reference.clone(), format!("{} {}", under.reference, view.title)))
        }
        _ => None,
    });
    conditions.collect()
}

/// One form for each supposition; what was typed stands in the one that it was typed in.
fn forms(
    typed: &Fields,
    errors: &BTreeMap<String, String>,
    conditions: &[(String, String)],
    versions: &[(String, String)],
    zone: Tz,
) -> Vec<Supposing> {
    let in_zone = |hint: &str| format!("{hint} In the time of {}.", zone.name());
    let sent = if typed.get("kind").is_empty() { KINDS[0].0 } else { typed.get("kind") };
    let form = |(kind, which, heading): &(&'static str, SupposeKind, &'static str)| {
        let here = *kind == sent;
        let error = |name: &str| if here { errors.get(name).map_or("", String::as_str) } else { "" };
        let value = |name: &str| if here { typed.get(name) } else { "" };
        let line =
            |name: &str, label: &str| FieldView::line(name, label, "datetime-local", value(name)).wrong(error(name));
        let select = |name: &str, label: &str, options: &[(String, String)]| {
            FieldView::of(name, label, Control::Select(choices(options, value(name)))).wrong(error(name))
        };
        let until = line("/until", "Look ahead until").optional().hinted(&in_zone("120 days from now if left empty."));
        let until = if here { until } else { FieldView { id: format!("f-until-{kind}"), ..until } };
        let mut fields = match which {
            SupposeKind::PlannedRelease => {
                vec![
                    line("/suppose/to", "To")
                        .optional()
                        .hinted(&in_zone("Leave it empty for a release whose date is undecided.")),
                ]
            }
            SupposeKind::ConditionUnsigned => vec![
                select("/suppose/condition", "Condition", conditions),
                line("/suppose/by", "Unsigned until").hinted(&in_zone("Compared with its being in force now.")),
            ],
            SupposeKind::FrameworkVersion => vec![select("/suppose/version", "Version", versions)],
        };
        fields.push(until);
        Supposing { kind, heading, fields }
    };
    KINDS.iter().map(form).collect()
}

fn choices(options: &[(String, String)], chosen: &str) -> Vec<Choice> {
    let first = Choice { value: String::new(), label: "Choose one".to_owned(), chosen: chosen.is_empty() };
    let option = |(value, label): &(String, String)| Choice {
        chosen: value == chosen,
        value: value.clone(),
        label: label.clone(),
    };
    [first].into_iter().chain(options.iter().map(option)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn sent(pairs: &[(&str, &str)]) -> Fields {
        Fields(pairs.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect())
    }

    #[test]
    fn a_form_is_one_supposition_with_its_own_members() {
        let zone = chrono_tz::America::New_York;
        let moved = supposed(&sent(&[("kind", "planned_release"), ("/suppose/to", "2026-12-09T09:00")]), zone);
        let at = "2026-12-09T14:00:00Z".parse().expect("an instant");
        assert_eq!(moved.map(|asked| asked.suppose.to), Ok(Said::To(Some(at))));
        let undecided = supposed(&sent(&[("kind", "planned_release"), ("/suppose/to", "")]), zone);
        assert_eq!(undecided.map(|asked| asked.suppose.to), Ok(Said::To(None)));
        let missing = supposed(&sent(&[("kind", "condition_unsigned"), ("/suppose/by", "soon")]), zone);
        let fields: Vec<String> = missing.expect_err("nothing was filled in").into_keys().collect();
        assert_eq!(fields, ["/suppose/by", "/suppose/condition"]);
        let version = supposed(&sent(&[("kind", "framework_version"), ("/suppose/version", "v1.1")]), zone);
        let suppose = version.expect("a supposition").suppose;
        assert_eq!((suppose.version.as_deref(), suppose.to), (Some("v1.1"), Said::LeftOut));
    }
}
