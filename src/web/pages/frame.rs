//! What every page has around its content: the name of the house, the way through it, who is signed in, and until when.

use axum::http::HeaderMap;

use super::{query_encoded, words};
use crate::{
    app::AppError,
    domain::actor::{Actor, Side},
    web::{Web, assets, cookie, extract::visitor::Visitor},
};

/// Which colors a page has.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Theme {
    /// Those that the system asks for.
    #[default]
    Auto,
    /// Dark on light.
    Light,
    /// Light on dark.
    Dark,
}

impl Theme {
    /// Every theme, in the order in which they are offered.
    pub const ALL: [Self; 3] = [Self::Auto, Self::Light, Self::Dark];

    /// The name in forms, cookies and style sheets.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Auto => "auto",
            Self::Light => "light",
            Self::Dark => "dark",
        }
    }

    /// What people read.
    pub const fn label(self) -> &'static str {
        match self {
            Self::Auto => "As the system",
            Self::Light => "Light",
            Self::Dark => "Dark",
        }
    }

    /// The theme with this name.
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|theme| theme.name() == name)
    }

    /// The theme that the request's cookie remembers.
    pub fn of(headers: &HeaderMap) -> Self {
        cookie::value(headers, cookie::THEME).and_then(Self::from_name).unwrap_or_default()
    }
}

/// A way to another page.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Way {
    /// The address.
    pub href: &'static str,
    /// What people read.
    pub label: &'static str,
    /// Whether it is the part of the house that the page is in.
    pub current: bool,
}

/// Who is signed in, and until when.
#[derive(Clone, Debug)]
pub struct Signed {
    /// The person's name.
    pub name: String,
    /// Roles as people read them, divided by commas.
    pub roles: String,
    /// Name of the organization.
    pub organization: String,
    /// The token of the session's forms.
    pub csrf: String,
    /// Where the page is, for a form that comes back to it.
    pub here: String,
    /// The account, so that what is kept in a browser's tab is given back to nobody else.
    pub account: String,
    /// Seconds after which the session ends if nothing is asked for.
    pub idle_s: i64,
    /// Seconds after which it ends in any case.
    pub ends_s: i64,
}

impl Signed {
    /// Where to sign in again, and come back to the page.
    pub fn sign_in(&self) -> String {
        format!("/sign-in?next={}", query_encoded(&self.here))
    }

    /// Whole minutes from now until the session ends if nothing is sent.
    pub fn minutes(&self) -> i64 {
        self.idle_s.min(self.ends_s) / 60
    }
}

/// What stands around a page's content.
#[derive(Clone, Debug)]
pub struct Frame {
    /// The page's own title.
    pub title: String,
    /// The name of the installation.
    pub site: String,
    /// The installation's banner.
    pub banner: Option<String>,
    /// The marking that the page's content bears.
    pub marking: Option<String>,
    /// The colors.
    pub theme: Theme,
    /// The ways through the house.
    pub ways: Vec<Way>,
    /// Who is signed in.
    pub signed: Option<Signed>,
    /// Whether this is the demonstration.
    pub demo: bool,
    /// Whether the page tells of an error: then what was typed before it waits on in the browser's tab.
    pub failed: bool,
}

impl Frame {
    /// The frame of a page for whoever has no session, or whose session does not matter.
    pub fn open(web: &Web, title: impl Into<String>, theme: Theme) -> Self {
        let site = &web.app.settings().site;
        Self {
            title: title.into(),
            site: site.title.clone(),
            banner: site.banner().map(str::to_owned),
            marking: None,
            theme,
            ways: Vec::new(),
            signed: None,
            demo: web.demo,
            failed: false,
        }
    }

    /// The frame of a page for a visitor.
    pub fn of(web: &Web, visitor: &Visitor, title: impl Into<String>) -> Self {
        let browser = &visitor.browser;
        let actor = &browser.principal.actor;
        let signed = Signed {
            name: actor.name.clone(),
            roles: actor.roles.iter().map(|role| words::role(*role)).collect::<Vec<_>>().join(", "),
            organization: browser.organization.clone(),
            csrf: visitor.csrf.clone(),
            here: visitor.here.clone(),
            account: actor.account.to_string(),
            idle_s: (browser.idle_at - browser.now).num_seconds(),
            ends_s: (browser.expires_at - browser.now).num_seconds(),
        };
        let mut frame = Self::open(web, title, visitor.theme);
        frame.ways = ways(actor, web.app.offers_any(visitor.principal()), &visitor.here);
        frame.signed = Some(signed);
        frame
    }

    /// The same of a page that tells of an error.
    #[must_use]
    pub const fn failed(mut self) -> Self {
        self.failed = true;
        self
    }

    /// The theme, where one was chosen.
    pub fn data_theme(&self) -> Option<&'static str> {
        (self.theme != Theme::Auto).then(|| self.theme.name())
    }

    /// What the browser's own controls follow.
    pub const fn color_scheme(&self) -> &'static str {
        match self.theme {
            Theme::Auto => "light dark",
            Theme::Light | Theme::Dark => self.theme.name(),
        }
    }

    /// Name, label, and whether it is the chosen one, of every theme.
    pub fn themes(&self) -> [(&'static str, &'static str, bool); 3] {
        Theme::ALL.map(|theme| (theme.name(), theme.label(), theme == self.theme))
    }

    /// The address of a file that pages load.
    pub fn asset(&self, name: &str) -> &'static str {
        assets::href(name)
    }

    /// The same with the marking that the content bears.
    #[must_use]
    pub fn marked(mut self, marking: Option<String>) -> Self {
        self.marking = marking;
        self
    }
}

/// The ways that somebody has through the house: who came by a link to one record has none. `offices` says whether
/// there is something to do in administration; what can only be looked at there, the help leads to.
fn ways(actor: &Actor, offices: bool, here: &str) -> Vec<Way> {
    if actor.link.is_some() {
        return Vec::new();
    }
    let all: [(&str, &str, bool); 9] = [
        ("/", "Worklist", true),
        ("/engagements", "Engagements", true),
        ("/inquiries", "Inquiries", actor.side != Side::Partner),
        ("/nominations", "Trusted partners", true),
        ("/grants", "Access grants", true),
        ("/windows", "Windows", actor.side != Side::Partner),
        ("/search", "Search", true),
        ("/administration", "Administration", offices),
        ("/help", "Help", true),
    ];
    let path = here.split('?').next().unwrap_or_default();
    let is_in = |href: &str| path == href || href != "/" && path.strip_prefix(href).is_some_and(|r| r.starts_with('/'));
    let way = |(href, label, shown)| (shown, Way { href, label, current: is_in(href) });
    all.into_iter().map(way).filter(|(shown, _)| *shown).map(|(_, way)| way).collect()
}

/// What a page is answered with: the rendered text under the policy of pages.
///
/// # Errors
/// [`AppError::Internal`] if the template fails.
pub fn html(page: &impl askama::Template) -> Result<axum::response::Response, AppError> {
    use axum::{http::header, response::IntoResponse as _};
    let text = page.render().map_err(AppError::internal)?;
    let headers = [
        (header::CONTENT_SECURITY_POLICY, crate::web::middleware::PAGE_POLICY),
        (header::CONTENT_TYPE, "text/html; charset=utf-8"),
    ];
    Ok((headers, text).into_response())
}
