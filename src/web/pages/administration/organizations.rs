//! Organizations: those that somebody may know of, and a new one.

use axum::{extract::State, response::Response, routing::get};

use super::{organization, sheet};
use crate::{
    app::{
        AppError,
        identity::{NewOrganization, OrganizationEntry},
    },
    authz::administration::AdministrativeAction as A,
    domain::{actor::Side, framework::Framework, text::Name},
    web::{
        Web, done,
        extract::{
            ApiQuery,
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
pub(super) const PATH: &str = "/administration/organizations";

/// The form of a new one.
const NEW: &str = "/administration/organizations/new";

pub(super) fn routes() -> Vec<PageRoute> {
    vec![PageRoute::get(PATH, get(list)), PageRoute::form(NEW, get(page).post(create))]
}

async fn list(
    State(web): State<Web>,
    Member(visitor): Member,
    ApiQuery(asked): ApiQuery<ListAsked>,
) -> Result<Response, AppError> {
    let organizations = web.app.organizations(visitor.principal()).await?;
    let row = |one: &OrganizationEntry| {
        Row::new(vec![
            Inline::link(organization::path(one), one.name.clone()),
            words::side(one.side).into(),
            office(one),
            Inline::maybe(one.party_kind.as_deref(), Inline::code_word),
            Inline::maybe(one.sector.as_deref(), Inline::code_word),
        ])
    };
    let columns = ["Organization", "Side", "In the office", "Kind", "Sector"];
    let table = Table::new("Organizations that you may know of", &columns, "No organization that you may know of.")
        .with(organizations.iter().map(row));
    let mut page = sheet(&web, &visitor, "Organizations").said(asked.said(&[("made", "The organization was made.")]));
    if web.app.offers(visitor.principal(), A::CreateOrganization) {
        page = page.with(Inline::link(NEW, "Add an organization"));
    }
    page.with(table).listed(asked.format, "organizations", PATH)
}

/// What it is in the office, if anything.
pub(super) fn office(one: &OrganizationEntry) -> Inline {
    match (one.is_host, one.framework_owner) {
        (true, _) => Inline::text("Host"),
        (false, true) => Inline::text("Owns the framework with others"),
        (false, false) => Inline::None,
    }
}

async fn page(State(web): State<Web>, Member(visitor): Member) -> Result<Response, AppError> {
    if !web.app.offers(visitor.principal(), A::CreateOrganization) {
        return Err(AppError::Forbidden);
    }
    form(&web, &visitor, &Fields::default(), None).await
}

async fn form(web: &Web, visitor: &Visitor, typed: &Fields, wrong: Option<&Wrong>) -> Result<Response, AppError> {
    let (versions, now) = web.app.framework_versions().await?;
    let in_force = Framework::applies_to(&versions, now);
    let kinds = in_force.into_iter().flat_map(|one| &one.party_kinds);
    let sectors = web.app.sectors().iter().map(|sector| (&*sector.key, &*sector.title));
    let named = kinds.map(|kind| (&*kind.key, kind.title.clone()));
    let sides = [Side::Developer, Side::Partner, Side::Government];
    let side = |side: Side| Choice {
        value: side.name().to_owned(),
        label: words::side(side).to_owned(),
        chosen: typed.get("side") == side.name(),
    };
    let ticked = typed.get("framework_owner") == "true";
    let form = FormView::new("organization", NEW, &visitor.csrf, "Add the organization")
        .field(FieldView::line("name", "Name", "text", typed.get("name")))
        .field(FieldView::of("side", "Side", Control::Radios(sides.map(side).into())).hinted("For good."))
        .field(
            FieldView::of(
                "framework_owner",
                "An agency that owns the framework with others",
                Control::Check { ticked },
            )
            .hinted("Its reviewers make the quorum.")
            .optional(),
        )
        .field(FieldView::of("party_kind", "Kind", Control::Select(choices(named, typed.get("party_kind")))).optional())
        .field(
            FieldView::of(
                "sector",
                "Critical-infrastructure sector",
                Control::Select(choices(sectors.map(|(key, name)| (key, name.to_owned())), typed.get("sector"))),
            )
            .hinted("Needed by the kinds that serve one.")
            .optional(),
        )
        .or_back(PATH, "Back without adding it");
    sheet(web, visitor, "Add an organization").below(PATH, "Organizations").form(form, wrong).answer()
}

/// Keys with names, after the choice of none.
fn choices<'a>(named: impl Iterator<Item = (&'a str, String)>, chosen: &str) -> Vec<Choice> {
    let none = Choice { value: String::new(), label: "None".to_owned(), chosen: chosen.is_empty() };
    let one = |(key, label): (&str, String)| Choice { value: key.to_owned(), label, chosen: key == chosen };
    std::iter::once(none).chain(named.map(one)).collect()
}

async fn create(State(web): State<Web>, MemberPosted { visitor, fields }: MemberPosted) -> Result<Response, AppError> {
    let made = match read(&fields) {
        Ok(new) => web.app.create_organization(visitor.principal(), &new).await.map(|_| ()),
        Err(error) => Err(error),
    };
    match made {
        Ok(()) => Ok(done::led("/administration/organizations?done=made")),
        Err(error) => form(&web, &visitor, &fields, Some(&Wrong::of(error)?)).await,
    }
}

fn read(fields: &Fields) -> Result<NewOrganization, AppError> {
    let key = |name: &str| fields.find(name).filter(|key| !key.is_empty()).map(str::to_owned);
    Ok(NewOrganization {
        name: Name::parse(fields.get("name")).map_err(|error| AppError::field("/name", error.to_string()))?,
        side: Side::from_name(fields.get("side")).ok_or_else(|| AppError::field("/side", "choose one"))?,
        framework_owner: fields.get("framework_owner") == "true",
        party_kind: key("party_kind"),
        sector: key("sector"),
    })
}
