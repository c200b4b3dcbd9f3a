//! One organization: what it is, its people and its engagements as far as the reader may know of them, and what the
//! reader may do there.

use axum::{extract::State, response::Response, routing::get};
use uuid::Uuid;

use super::{
    accounts::{self, role},
    clock, organizations, sheet, way,
};
use crate::{
    app::{
        AppError, Listed, Order,
        identity::{AccountEntry, OrganizationEntry},
        search::{MOST_LOOKED, Query, Wanted},
    },
    authz::administration::AdministrativeAction as A,
    domain::{
        actor::Side,
        id::{Kind, OrganizationId},
    },
    web::{
        Web,
        extract::{
            Path,
            visitor::{Member, Visitor},
        },
        pages::{
            PageRoute, query_encoded,
            time::PageClock,
            ui::{Acts, Facts, Inline, Row, Section, Table},
            words,
        },
    },
};

/// The most engagements that the page shows; the list shows all of them.
const MOST: usize = 25;

pub(super) fn routes() -> Vec<PageRoute> {
    vec![PageRoute::get("/administration/organizations/{organization}", get(page))]
}

/// The page of an organization.
pub(super) fn path(organization: &OrganizationEntry) -> String {
    format!("{}/{}", organizations::PATH, organization.id)
}

async fn page(
    State(web): State<Web>,
    Member(visitor): Member,
    Path(organization): Path<String>,
) -> Result<Response, AppError> {
    let id = OrganizationId(Uuid::parse_str(&organization).map_err(|_| AppError::NotFound)?);
    let all = web.app.organizations(visitor.principal()).await?;
    let one = all.iter().find(|one| one.id == id).ok_or(AppError::NotFound)?;
    let people = web.app.accounts(visitor.principal(), Some(id)).await?;
    let mut page = sheet(&web, &visitor, &one.name)
        .below(organizations::PATH, "Organizations")
        .with(facts(one, &all, &people))
        .section(Section::new("people", "People").with(table(&people)));
    if one.side == Side::Developer {
        page = page.section(engagements(&web, &visitor, one).await?);
    }
    let acts = acts(&web, &visitor, one);
    if !acts.open.is_empty() {
        page = page.section(Section::new("actions", "What you can do").with(acts));
    }
    page.answer()
}

fn facts(one: &OrganizationEntry, all: &[OrganizationEntry], people: &[AccountEntry]) -> Facts {
    let host = all.iter().find(|other| one.agency_of == Some(other.id));
    let open = people.iter().filter(|person| person.active).count();
    let accounts = format!("{open} open, {} disabled", people.len() - open);
    Facts::new()
        .with("Side", words::side(one.side))
        .with("In the office", organizations::office(one))
        .some("Agency of", Inline::maybe(host, |host| Inline::text(host.name.clone())))
        .with("Kind", Inline::maybe(one.party_kind.as_deref(), Inline::code_word))
        .with("Sector", Inline::maybe(one.sector.as_deref(), Inline::code_word))
        .some("Accounts", if people.is_empty() { Inline::None } else { Inline::text(accounts) })
}

/// The people that the reader may know of, with their roles.
fn table(people: &[AccountEntry]) -> Table {
    let row = |person: &AccountEntry| {
        Row::new(vec![
            Inline::link(format!("{}/{}", accounts::PATH, person.id), person.name.clone()),
            Inline::list(person.roles.iter().map(role)),
            Inline::text(if person.second_factor { "Set up" } else { "Not set up" }),
            Inline::text(if person.active { "Open" } else { "Disabled" }),
        ])
    };
    let columns = ["Person", "Roles", "Second factor", "Account"];
    let empty = "Nobody of this organization that you may know of.";
    Table::new("People that you may know of", &columns, empty).with(people.iter().map(row))
}

/// The newest engagements of a developer that the reader may read, as its lists show them.
async fn engagements(web: &Web, visitor: &Visitor, one: &OrganizationEntry) -> Result<Section, AppError> {
    let section = Section::new("engagements", "Engagements");
    // A name with a quotation mark cannot be asked for by name: then the list of all stands for it.
    let asked = format!("developer:\"{}\"", one.name);
    let empty = "No engagement of this organization that you may read.";
    let mut table =
        Table::new("The newest engagements that you may read", &["Engagement", "Title", "Stage", "Next date"], empty);
    let Ok(query) = format!("kind:{} {asked}", Kind::Engagement.name()).parse::<Query>() else {
        return Ok(section.with(Inline::link("/engagements", "See the engagements that you may read")));
    };
    let wanted = Wanted { limit: MOST, order: Order::default(), after: None, facets: false, most: MOST_LOOKED };
    let found = web.app.search(visitor.principal(), &query, wanted).await?;
    // Another developer's name may begin with the same words.
    let own = |listed: &&Listed| listed.developer.as_ref().is_some_and(|developer| developer.id == one.id.0);
    let clock = clock(web);
    table = table.with(found.items.iter().filter(own).map(|listed| row(listed, clock)));
    let more = found.next.is_some() || found.cut;
    let list = Inline::link(format!("/engagements?q={}", query_encoded(&asked)), "See all of them in the list");
    Ok(section.with(table).some(more.then_some(list)))
}

fn row(listed: &Listed, clock: PageClock) -> Row {
    Row::new(vec![
        Inline::record(listed.kind, &listed.reference),
        Inline::text(listed.title.clone().unwrap_or_default()),
        Inline::Tag(words::label(&listed.stage)),
        Inline::maybe(listed.due.as_ref(), |due| clock.day(due.on).into()),
    ])
}

fn acts(web: &Web, visitor: &Visitor, one: &OrganizationEntry) -> Acts {
    let offers = |act| web.app.offers_in(visitor.principal(), act, one);
    let ways = [
        (A::CreateAccount, way("/administration/accounts/new", "Add an account", "You hand its holder a link.")),
        (A::Invite, way("/administration/invitations/new", "Invite somebody", "By mail, to the person's own address.")),
        (
            A::ManageApiTokens,
            way("/administration/api-tokens", "API tokens", "What the gateways of the organization ask with."),
        ),
    ];
    let open = ways.into_iter().filter(|(act, _)| offers(*act)).map(|(_, way)| way).collect();
    Acts { open, blocked: Vec::new() }
}
