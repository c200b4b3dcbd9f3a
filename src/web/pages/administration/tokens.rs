//! API tokens of one's organization: with them its gateways ask whether a person has access.

use axum::{
    extract::State,
    response::Response,
    routing::{get, post},
};
use chrono::{NaiveDate, NaiveTime, TimeZone as _};
use uuid::Uuid;

use super::{sheet, system_clock};
use crate::{
    app::{
        AppError,
        identity::{ApiScope, ApiTokenEntry, NewApiToken},
    },
    domain::text::Name,
    web::{
        Web, done,
        extract::{
            ApiQuery, Path,
            visitor::{Fields, Member, MemberPosted, Visitor},
        },
        pages::{
            PageRoute,
            sheet::ListAsked,
            time::PageClock,
            ui::{Alert, Control, Facts, FieldView, FormView, Inline, Press, Row, Table, Tone},
            wrong::Wrong,
        },
    },
};

/// The list.
const PATH: &str = "/administration/api-tokens";

/// The form of a new one.
const NEW: &str = "/administration/api-tokens/new";

pub(super) fn routes() -> Vec<PageRoute> {
    vec![
        PageRoute::get(PATH, get(list)),
        PageRoute::form(NEW, get(page).post(create)),
        PageRoute::post("/administration/api-tokens/{token}/revoke", post(revoke)),
    ]
}

async fn list(
    State(web): State<Web>,
    Member(visitor): Member,
    ApiQuery(asked): ApiQuery<ListAsked>,
) -> Result<Response, AppError> {
    let tokens = web.app.api_tokens(visitor.principal()).await?;
    let clock = system_clock(&web);
    let columns = ["Token", "Made", "Last used", "Ends", "State", "Change"];
    let empty = "Your organization has no API token. “Make a token” makes the first.";
    let table = Table::new("API tokens of your organization", &columns, empty);
    sheet(&web, &visitor, "API tokens")
        .said(asked.said(&[("revoked", "The token was revoked: it works no more.")]))
        .lead("A gateway asks with a token whether a person has access, and does nothing else with it.")
        .with(Inline::link(NEW, "Make a token"))
        .with(table.with(tokens.iter().map(|token| row(token, &visitor, clock))))
        .listed(asked.format, "api-tokens", PATH)
}

fn row(token: &ApiTokenEntry, visitor: &Visitor, clock: PageClock) -> Row {
    let lives = token.revoked_at.is_none() && clock.now < token.expires_at;
    let state = match token.revoked_at {
        Some(at) => format!("Revoked {}", clock.plain(at).text),
        None if lives => "Works".to_owned(),
        None => "Ended".to_owned(),
    };
    let revoke = Press::new(format!("{PATH}/{}/revoke", token.id), &visitor.csrf, "Revoke", &*token.name);
    Row::new(vec![
        Inline::text(token.name.clone()),
        clock.instant(token.created_at).into(),
        Inline::maybe(token.last_used_at, |at| clock.instant(at).into()),
        clock.instant(token.expires_at).into(),
        Inline::text(state),
        if lives { revoke.into() } else { Inline::None },
    ])
}

async fn page(State(web): State<Web>, Member(visitor): Member) -> Result<Response, AppError> {
    // Whoever may not list the tokens may not make one.
    web.app.api_tokens(visitor.principal()).await?;
    form(&web, &visitor, &Fields::default(), None)
}

fn form(web: &Web, visitor: &Visitor, typed: &Fields, wrong: Option<&Wrong>) -> Result<Response, AppError> {
    let ends = FieldView::line("expires_at", "Last day", "date", typed.get("expires_at"));
    let key = Control::Hidden { value: web.app.ids().uuid().to_string() };
    let form = FormView::new("token", NEW, &visitor.csrf, "Make the token")
        .field(FieldView::of("key", "key", key))
        .field(FieldView::line("name", "What it is for", "text", typed.get("name")))
        .field(ends.hinted("At most 366 days from now. The token ends at the end of the day, in the program's zone."))
        .or_back(PATH, "Back without making one");
    sheet(web, visitor, "Make an API token").below(PATH, "API tokens").form(form, wrong).answer()
}

async fn create(State(web): State<Web>, MemberPosted { visitor, fields }: MemberPosted) -> Result<Response, AppError> {
    let made = match read(&web, &fields) {
        Ok(new) => web.app.create_api_token_once(visitor.principal(), &new, fields.get("key")).await,
        Err(error) => Err(error),
    };
    let made = match made {
        Ok(made) => made,
        Err(error) => return form(&web, &visitor, &fields, Some(&Wrong::of(error)?)),
    };
    let once = "The token was made. Copy it now: it is not shown again.";
    let facts = Facts::new()
        .with("Token", Inline::Code(made.secret))
        .with("Ends", Inline::from(system_clock(&web).instant(made.token.expires_at)));
    sheet(&web, &visitor, "API token made")
        .below(PATH, "API tokens")
        .said(Some(Alert::new(Tone::Success, once)))
        .with(facts)
        .answer()
}

fn read(web: &Web, fields: &Fields) -> Result<NewApiToken, AppError> {
    let no_day = || AppError::field("/expires_at", "is not a day");
    let day: NaiveDate = fields.get("expires_at").parse().map_err(|_| no_day())?;
    let midnight = day.succ_opt().ok_or_else(no_day)?.and_time(NaiveTime::MIN);
    let ends = web.app.settings().program.zone.from_local_datetime(&midnight).earliest().ok_or_else(no_day)?;
    Ok(NewApiToken {
        name: Name::parse(fields.get("name")).map_err(|error| AppError::field("/name", error.to_string()))?,
        expires_at: ends.to_utc(),
        scopes: vec![ApiScope::AccessCheck],
    })
}

async fn revoke(
    State(web): State<Web>,
    Path(token): Path<String>,
    MemberPosted { visitor, .. }: MemberPosted,
) -> Result<Response, AppError> {
    let token = Uuid::parse_str(&token).map_err(|_| AppError::NotFound)?;
    web.app.revoke_api_token(visitor.principal(), token).await?;
    Ok(done::led("/administration/api-tokens?done=revoked"))
}
