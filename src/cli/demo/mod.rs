//! `anteroom demo`: the whole service with a told story in it, on a clock of its own, from one command and nothing else.

mod data;
pub(super) mod password;
mod welcome;

use tokio::net::TcpListener;

use super::{
    args::DemoArgs,
    error::CliError,
    output::Output,
    serve::listen,
    service::{self, Beside},
};
use crate::{
    app::{
        Absent, App,
        identity::AccountEntry,
        seed::{LoadError, Story},
    },
    clock::Clock,
    config::Settings,
    ids::Ids,
    telemetry,
    web::pages::demo::{Demo, DemoPerson},
};
use data::Data;
use welcome::Welcome;

pub(super) async fn run(asked: &DemoArgs, output: Output) -> Result<(), CliError> {
    let ids = Ids::demo()?;
    let mut data = Data::open(asked.data.as_deref(), &ids)?;
    let listener = listen(asked.listen).await?;
    let address = listener.local_addr().map_err(|error| CliError::io("the listener has no address", error))?;
    let settings = Settings::for_demo(data.directory(), address, data.token_key(), data.seal_key())?;
    telemetry::init(&settings.telemetry, telemetry::Output::Stderr)?;
    let story = Story::builtin().map_err(LoadError::from)?;
    let app = begin(settings, ids, &story, &mut data, output).await?;
    let served = serve(&app, &story, listener, &data, output).await;
    service::close(&app).await;
    served
}

/// The service with its story told: now, or by an earlier start in the same directory.
async fn begin(settings: Settings, ids: Ids, story: &Story, data: &mut Data, output: Output) -> Result<App, CliError> {
    let app = App::open(settings, Clock::demo_standing(story.opens_at), ids, Absent::Create).await?;
    app.schema().up().await?;
    if data.is_told() {
        let newest = app.newest_instant().await?.unwrap_or(story.begins_at);
        app.clock().advance_to(newest.max(story.begins_at))?;
        app.recapture().await?;
        output.note("Going on where this directory's demonstration was left.");
    } else {
        output.note("Telling the story; this takes a few seconds.");
        app.tell_story(story, data.password()).await?;
        data.told()?;
    }
    app.clock().run()?;
    Ok(app)
}

async fn serve(app: &App, story: &Story, listener: TcpListener, data: &Data, output: Output) -> Result<(), CliError> {
    let people = people(app, story).await?;
    let welcome = Welcome::new(app, data.password(), &people);
    output.data(&welcome, ToString::to_string);
    let demo = Some(Demo::new(app.clone(), people));
    service::run(app.clone(), listener, Beside { worker: true, demo }).await
}

/// Everybody whom a visitor may sign in as, in the order of the story; whoever was added since stands at the end.
async fn people(app: &App, story: &Story) -> Result<Vec<DemoPerson>, CliError> {
    let organizations = app.organizations_as_operator().await?;
    let person = |account: AccountEntry| {
        let organization = organizations.iter().find(|one| one.id == account.organization);
        DemoPerson {
            roles: account.roles.iter().map(|held| held.role.code().to_owned()).collect(),
            email: account.email,
            name: account.name,
            organization: organization.map(|one| one.name.clone()).unwrap_or_default(),
        }
    };
    let place = |person: &DemoPerson| {
        story.people.iter().position(|one| one.email == person.email).unwrap_or(story.people.len())
    };
    let active = app.accounts_as_operator().await?.into_iter().filter(|account| account.active);
    let mut people: Vec<DemoPerson> = active.map(person).collect();
    people.sort_by_key(place);
    Ok(people)
}
