//! What a visitor of the demonstration is told at its start: where it is, whom to sign in as, and what to try.

use std::{collections::BTreeSet, fmt};

use chrono::{DateTime, Utc};
use serde::Serialize;

use crate::{
    app::App,
    web::{openapi::DOCS_PATH, pages::demo::DemoPerson},
};

/// Commands that show in a minute what the service does. `URL` and `PASSWORD` are put in.
const TRY: &str = r#"  sign_in() { curl -s URL/api/v1/auth/token -H 'content-type: application/json' \
    -d "{\"email\":\"$1\",\"password\":"'PASSWORD'",\"code\":${2:-null}}" \
    | sed 's/.*"access_token":"\([^"]*\)".*/\1/'; }
  # 1. As a developer's liaison: an engagement whose window is open, and what is next to do.
  INES="authorization: Bearer $(sign_in ines.varga@larkspur.test)"
  curl -s -w '\n' URL/api/v1/engagements/ENG-2026-0004 -H "$INES"
  curl -s -w '\n' URL/api/v1/worklist -H "$INES"
  # 2. As an evaluator, with a second factor: does her grant give access now?
  CODE=$(curl -s URL/demo/codes | sed 's/.*lena.fisk@fado.test":\("[0-9]*"\).*/\1/')
  LENA="authorization: Bearer $(sign_in lena.fisk@fado.test "$CODE")"
  ask() { curl -s -w '\n' URL/api/v1/access-check -H "$LENA" \
    -H 'content-type: application/json' -d '{"grant":"GRA-2026-0401"}'; }
  ask
  # 3. Move the clock to the end of her window: on the way another one closes, one opens, reminders go out.
  curl -s -w '\n' URL/demo/clock -H 'content-type: application/json' -d '{"to":"2026-12-09T14:00:00Z"}'
  ask
  # 4. The mail that went out.
  curl -s -w '\n' URL/demo/mail
"#;

/// The commands for this address, with the password as JSON inside of a shell's single quotes.
fn tried(url: &str, password: &str) -> String {
    let password = serde_json::json!(password).to_string().replace('\'', r"'\''");
    TRY.replace("URL", url).replace("PASSWORD", &password)
}

/// The welcome, as text or as JSON.
#[derive(Serialize)]
pub(super) struct Welcome<'a> {
    /// Where the service is.
    url: String,
    /// Eight steps through one engagement, where a browser begins.
    tour: String,
    /// The page of the sign-in.
    sign_in: String,
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
        let server = &app.settings().server;
        let is_here = server.listen.ip().is_loopback() || server.listen.ip().is_unspecified();
        let url = if is_here { server.public_url.clone() } else { format!("http://{}", server.listen) };
        let now = app.clock().business();
        let local = now.with_timezone(&app.settings().program.zone).format("%A, %-d %B %Y, %H:%M %Z").to_string();
        Self {
            tour: format!("{url}/tour"),
            sign_in: format!("{url}/sign-in"),
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
        let Self { url, tour, sign_in, demo, mail, api, local, password, .. } = self;
        writeln!(f, "Anteroom demo: all people, organizations and models are fictional.\n")?;
        writeln!(f, "  Begin     {tour}   in a browser: eight steps through one engagement")?;
        writeln!(f, "  Sign in   {sign_in}   as anybody below")?;
        writeln!(f, "  Clock     {demo}   and people, with their one-time codes")?;
        writeln!(f, "  Mail      {mail}")?;
        writeln!(f, "  API       {api}")?;
        writeln!(f, "  It is     {local}, and the clock runs")?;
        writeln!(f, "  Password  {password}   (everybody's)\n")?;
        writeln!(f, "Sign in as")?;
        for SignIn { role, email, name, organization } in &self.sign_ins {
            writeln!(f, "  {role}  {email:<41} {name}, {organization}")?;
        }
        writeln!(f, "EV and TU have a second factor; their codes stand on {demo}.\n")?;
        writeln!(f, "The same by programs, in a shell\n{}", tried(url, password))?;
        write!(f, "Ctrl-C ends it.")
    }
}
