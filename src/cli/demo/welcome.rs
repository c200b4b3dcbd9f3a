//! What a visitor of the demonstration is told at its start: where it is, whom to sign in as, and what to try.

use std::{collections::BTreeSet, fmt};

use chrono::{DateTime, Utc};
use serde::Serialize;

use crate::{
    app::App,
    web::{openapi::DOCS_PATH, pages::demo::DemoPerson},
};

/// The welcome, as text or as JSON.
#[derive(Serialize)]
pub(super) struct Welcome<'a> {
    /// Where the service is.
    url: String,
    /// The pages that only the demonstration has.
    demo: String,
    /// Captured mail.
    mail: String,
    /// The API's description for people.
    api: String,
    /// What the demonstration's clock says.
    now: DateTime<Utc>,
    #[serde(skip)]
    local: String,
    /// Everybody's password.
    password: &'a str,
    /// One person a role.
    sign_ins: Vec<SignIn<'a>>,
}

/// Somebody to sign in as.
#[derive(Serialize)]
struct SignIn<'a> {
    /// The role's code.
    role: &'a str,
    /// The address.
    email: &'a str,
    name: &'a str,
    organization: &'a str,
}

impl<'a> Welcome<'a> {
    pub(super) fn new(app: &App, password: &'a str, people: &'a [DemoPerson]) -> Self {
        let url = format!("http://{}", app.settings().server.listen);
        let now = app.clock().business();
        let local = now.with_timezone(&app.settings().program.zone).format("%A, %-d %B %Y, %H:%M %Z").to_string();
        Self {
            demo: format!("{url}/demo"),
            mail: format!("{url}/demo/mail"),
            api: format!("{url}{DOCS_PATH}"),
            url,
            now,
            local,
            password,
            sign_ins: one_a_role(people),
        }
    }
}

fn one_a_role(people: &[DemoPerson]) -> Vec<SignIn<'_>> {
    let mut shown = BTreeSet::new();
    let roles = people.iter().flat_map(|person| person.roles.iter().map(move |role| (role, person)));
    roles
        .filter(|(role, _)| shown.insert(role.as_str()))
        .map(|(role, person)| SignIn {
            role,
            email: &person.email,
            name: &person.name,
            organization: &person.organization,
        })
        .collect()
}

impl fmt::Display for Welcome<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { url, demo, mail, api, local, password, .. } = self;
        writeln!(f, "Anteroom demo: all people, organizations and models are fictional.\n")?;
        writeln!(f, "  Pages     {demo}   clock, people, one-time codes")?;
        writeln!(f, "  Mail      {mail}")?;
        writeln!(f, "  API       {api}")?;
        writeln!(f, "  It is     {local}, and the clock runs")?;
        writeln!(f, "  Password  {password}   (everybody's)\n")?;
        writeln!(f, "Sign in as")?;
        for SignIn { role, email, name, organization } in &self.sign_ins {
            writeln!(f, "  {role}  {email:<41} {name}, {organization}")?;
        }
        writeln!(f, "EV and TU have a second factor; their codes stand on {demo}.\n")?;
        writeln!(f, "Try")?;
        writeln!(f, "  # 1. Sign in as the developer's liaison and read an engagement whose window is open.")?;
        writeln!(f, "  TOKEN=$(curl -s {url}/api/v1/auth/token -H 'content-type: application/json' \\")?;
        writeln!(f, "    -d '{{\"email\":\"ines.varga@larkspur.test\",\"password\":\"{password}\"}}' \\")?;
        writeln!(f, "    | sed 's/.*\"access_token\":\"\\([^\"]*\\)\".*/\\1/')")?;
        writeln!(f, "  curl -s {url}/api/v1/engagements/ENG-2026-0004 -H \"authorization: Bearer $TOKEN\"")?;
        writeln!(f, "  # 2. See what is next for her.")?;
        writeln!(f, "  curl -s {url}/api/v1/worklist -H \"authorization: Bearer $TOKEN\"")?;
        writeln!(f, "  # 3. Move the clock: a window closes on the way, another one opens, reminders go out.")?;
        writeln!(f, "  curl -s {url}/demo/clock -H 'content-type: application/json' \\")?;
        writeln!(f, "    -d '{{\"to\":\"2026-12-01T14:00:00Z\"}}'")?;
        writeln!(f, "  # 4. Read the mail that went out.")?;
        writeln!(f, "  curl -s {url}/demo/mail\n")?;
        write!(f, "Ctrl-C ends it.")
    }
}
