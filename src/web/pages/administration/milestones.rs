//! What the order asks of agencies and when, and what somebody learned of it since.

use axum::{extract::State, response::Response, routing::get};

use super::{clock, sheet};
use crate::{
    app::{
        AppError,
        office::{MilestoneEntry, NewReport},
    },
    authz::administration::AdministrativeAction as A,
    domain::{milestone::MilestoneStatus, text::ExternalReference},
    web::{
        Web, done,
        extract::{
            ApiQuery, Path,
            visitor::{Fields, Member, MemberPosted, Visitor},
        },
        pages::{
            PageRoute,
            sheet::ListAsked,
            ui::{Choice, Control, FieldView, FormView, Inline, Row, Table},
            words,
            wrong::Wrong,
        },
    },
};

/// The list.
const PATH: &str = "/administration/milestones";

/// What may be known of a milestone.
const STATUSES: [MilestoneStatus; 3] = [MilestoneStatus::Due, MilestoneStatus::Reported, MilestoneStatus::Unknown];

pub(super) fn routes() -> Vec<PageRoute> {
    vec![
        PageRoute::get(PATH, get(list)),
        PageRoute::form("/administration/milestones/{milestone}", get(page).post(report)),
    ]
}

async fn list(
    State(web): State<Web>,
    Member(visitor): Member,
    ApiQuery(asked): ApiQuery<ListAsked>,
) -> Result<Response, AppError> {
    let reports = web.app.offers(visitor.principal(), A::ReportMilestone);
    let clock = clock(&web);
    let row = |one: &MilestoneEntry| {
        let report = Inline::link(format!("{PATH}/{}", one.key), format!("Enter what is known of {}", one.key));
        Row::new(vec![
            Inline::text(one.title.clone()),
            Inline::text(one.agency.clone()),
            one.day.map_or_else(|| Inline::text("Goes on"), |day| clock.day(day).into()),
            Inline::Tag(words::label(one.status.name())),
            Inline::text(one.source.clone()),
            Inline::maybe(one.reported_at, |at| clock.plain(at).into()),
            if reports { report } else { Inline::None },
        ])
    };
    let columns = ["What is to be done", "By whom", "Day", "Known", "Source", "Entered", "Change"];
    let milestones = web.app.milestones().await?;
    sheet(&web, &visitor, "Milestones of the program")
        .said(asked.said(&[("reported", "What is known of the milestone was entered.")]))
        .lead("What the order asks of agencies and when. No rule of the product depends on it.")
        .with(Table::new("Milestones", &columns, "None.").with(milestones.iter().map(row)))
        .listed(asked.format, "milestones", PATH)
}

async fn known(web: &Web, key: &str) -> Result<MilestoneEntry, AppError> {
    web.app.milestones().await?.into_iter().find(|one| one.key == key).ok_or(AppError::NotFound)
}

async fn page(State(web): State<Web>, Member(visitor): Member, Path(key): Path<String>) -> Result<Response, AppError> {
    let milestone = known(&web, &key).await?;
    if !web.app.offers(visitor.principal(), A::ReportMilestone) {
        return Err(AppError::Forbidden);
    }
    form(&web, &visitor, &milestone, &Fields::default(), None)
}

fn form(
    web: &Web,
    visitor: &Visitor,
    milestone: &MilestoneEntry,
    typed: &Fields,
    wrong: Option<&Wrong>,
) -> Result<Response, AppError> {
    let choice = |status: MilestoneStatus| Choice {
        value: status.name().to_owned(),
        label: words::label(status.name()),
        chosen: typed.get("status") == status.name(),
    };
    let source = FieldView::line("source", "Where it is said", "text", typed.get("source"));
    let form = FormView::new("report", format!("{PATH}/{}", milestone.key), &visitor.csrf, "Enter it")
        .field(FieldView::of("status", "What is known", Control::Radios(STATUSES.map(choice).into())))
        .field(source.hinted("A citation or an address."))
        .or_back(PATH, "Back without entering it");
    sheet(web, visitor, "Enter what is known of a milestone")
        .below(PATH, "Milestones")
        .lead(milestone.title.clone())
        .form(form, wrong)
        .answer()
}

async fn report(
    State(web): State<Web>,
    Path(key): Path<String>,
    MemberPosted { visitor, fields }: MemberPosted,
) -> Result<Response, AppError> {
    let milestone = known(&web, &key).await?;
    let reported = match read(&fields) {
        Ok(report) => web.app.report_milestone(visitor.principal(), &key, &report).await.map(|_| ()),
        Err(error) => Err(error),
    };
    match reported {
        Ok(()) => Ok(done::led("/administration/milestones?done=reported")),
        Err(error) => form(&web, &visitor, &milestone, &fields, Some(&Wrong::of(error)?)),
    }
}

fn read(fields: &Fields) -> Result<NewReport, AppError> {
    let status = MilestoneStatus::from_name(fields.get("status"));
    let source = ExternalReference::parse(fields.get("source"));
    Ok(NewReport {
        status: status.ok_or_else(|| AppError::field("/status", "choose one"))?,
        source: source.map_err(|error| AppError::field("/source", error.to_string()))?,
    })
}
