//! `anteroom seed`: the demonstration's story, told to a configured database that is empty.

use std::path::Path;

use serde_json::json;

use super::{demo::password, error::CliError, output::Output, service};
use crate::{
    app::{
        Absent, App,
        seed::{Loaded, Story},
    },
    clock::Clock,
    config::MailTransport,
    ids::Ids,
    telemetry,
};

pub(super) async fn run(file: Option<&Path>, output: Output) -> Result<(), CliError> {
    let mut settings = service::settings(file, telemetry::Output::Stderr)?;
    // The people of the story do not exist: nothing of it may leave the house.
    settings.mail.transport = MailTransport::Capture;
    let ids = Ids::demo()?;
    let password = password::chosen_or_drawn(&ids);
    let story = Story::builtin().map_err(crate::app::seed::LoadError::from)?;
    let app = App::open(settings, Clock::demo_standing(story.opens_at), ids, Absent::Refuse).await?;
    let loaded = tell(&app, &story, password.expose()).await;
    service::close(&app).await;
    let loaded = loaded?;
    let Loaded { organizations, people, acts } = loaded;
    output.data(&json!({ "loaded": loaded, "password": password.expose() }), |_| {
        format!(
            "{organizations} organizations, {people} people, {acts} acts; everybody's password: {}",
            password.expose()
        )
    });
    Ok(())
}

async fn tell(app: &App, story: &Story, password: &str) -> Result<Loaded, CliError> {
    service::ready(app).await?;
    Ok(app.tell_story(story, password).await?)
}
