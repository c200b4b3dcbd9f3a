//! The record pack of an engagement: everything that an export package says, as a page to print, and the package itself.
//! Both are taken out for a purpose, which is logged.

mod access;
mod agreements;
mod course;
mod cover;
mod papers;
mod parts;

use parts::Parts;

use askama::Template;
use axum::{
    extract::State,
    http::StatusCode,
    response::{IntoResponse as _, Response},
    routing::{get, post},
};

use super::{
    PageRoute,
    frame::{Frame, html},
    sheet::crumb,
    time::PageClock,
    ui::{Choice, Control, Facts, FieldView, Inline, Section},
};
use crate::{
    app::{AppError, export::Purpose},
    domain::id::Kind,
    web::{
        Web,
        api::export::package,
        extract::{
            Path,
            visitor::{Member, MemberPosted, Visitor},
        },
    },
};

/// The pages of this room.
pub fn routes() -> Vec<PageRoute> {
    vec![
        PageRoute::form("/engagements/{reference}/pack", get(page).post(print)),
        PageRoute::post("/engagements/{reference}/pack/package", post(take)),
    ]
}

/// What a pack may be taken out for, in words.
const PURPOSES: [(Purpose, &str); 5] = [
    (Purpose::OwnRecords, "Our own records"),
    (Purpose::Audit, "An audit"),
    (Purpose::Foia, "A request under the Freedom of Information Act"),
    (Purpose::Legal, "Legal advice or proceedings"),
    (Purpose::Other, "Something else"),
];

#[derive(Template)]
#[template(path = "pages/pack_form.html")]
struct PackForm {
    frame: Frame,
    crumbs: Vec<Inline>,
    purpose: FieldView,
    csrf: String,
    action: String,
}

#[derive(Template)]
#[template(path = "pages/pack.html")]
struct Pack {
    frame: Frame,
    crumbs: Vec<Inline>,
    heading: String,
    /// The permanent header.
    header: String,
    /// The banner of this copy, which each section bears.
    banner: String,
    about: Facts,
    /// What is not in it, and why.
    left_out: Inline,
    sections: Vec<Section>,
}

async fn page(
    State(web): State<Web>,
    Member(visitor): Member,
    Path(reference): Path<String>,
) -> Result<Response, AppError> {
    form(&web, &visitor, &reference, "", StatusCode::OK).await
}

/// The form; for whoever knows of the engagement. Whether it may be taken out is said where it is.
async fn form(
    web: &Web,
    visitor: &Visitor,
    reference: &str,
    error: &str,
    status: StatusCode,
) -> Result<Response, AppError> {
    web.app.record(visitor.principal(), Kind::Engagement, reference).await?;
    let choice = |(purpose, label): &(Purpose, &str)| Choice {
        value: purpose.name().to_owned(),
        label: (*label).to_owned(),
        chosen: false,
    };
    let choices = PURPOSES.iter().map(choice).collect();
    let hint = "Who took a copy of the record out, when and for what is written to the access log.";
    let page = PackForm {
        frame: Frame::of(web, visitor, format!("Record pack of {reference}")),
        crumbs: vec![crumb(Kind::Engagement, reference), Inline::text("Record pack")],
        purpose: FieldView::of("purpose", "What is it for?", Control::Radios(choices)).hinted(hint).wrong(error),
        csrf: visitor.csrf.clone(),
        action: format!("/engagements/{reference}/pack"),
    };
    let mut response = html(&page)?.into_response();
    *response.status_mut() = status;
    Ok(response)
}

fn purpose(name: &str) -> Option<Purpose> {
    PURPOSES.iter().map(|(purpose, _)| *purpose).find(|purpose| purpose.name() == name)
}

/// The pack as a page to print.
async fn print(
    State(web): State<Web>,
    Path(reference): Path<String>,
    MemberPosted { visitor, fields }: MemberPosted,
) -> Result<Response, AppError> {
    let Some(purpose) = purpose(fields.get("purpose")) else {
        return form(&web, &visitor, &reference, "Choose one.", StatusCode::UNPROCESSABLE_ENTITY).await;
    };
    let export = web.app.export(visitor.principal(), &reference, purpose).await?;
    let clock = PageClock::at(&web.app, export.record.as_of.at);
    let heading = format!("Record pack of {}", export.about.engagement);
    let label = PURPOSES.iter().find(|(one, _)| *one == purpose).map_or("", |(_, label)| label);
    let parts = Parts { export: &export, clock };
    html(&Pack {
        frame: Frame::of(&web, &visitor, heading.clone()).marked(Some(export.about.banner.clone())),
        crumbs: vec![crumb(Kind::Engagement, &export.about.engagement), Inline::text("Record pack")],
        heading,
        header: export.about.header.clone(),
        banner: export.about.banner.clone(),
        about: parts.about(label),
        left_out: parts.left_out(),
        sections: parts.sections(),
    })
}

/// The package, as a file.
async fn take(
    State(web): State<Web>,
    Path(reference): Path<String>,
    MemberPosted { visitor, fields }: MemberPosted,
) -> Result<Response, AppError> {
    match purpose(fields.get("purpose")) {
        Some(purpose) => package(&web, visitor.principal(), &reference, purpose).await,
        None => form(&web, &visitor, &reference, "Choose one.", StatusCode::UNPROCESSABLE_ENTITY).await,
    }
}
