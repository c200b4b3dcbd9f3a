//! A browser of one person: it keeps its cookie, follows nothing by itself, and sends forms as a page would.

use std::cell::RefCell;

use reqwest::{Client, Method, redirect::Policy};

use crate::support::{client, people::PASSWORD, world::World};

/// Somebody's browser.
pub struct Browser {
    base: String,
    client: Client,
    cookie: RefCell<Option<String>>,
}

/// What a page answers.
#[derive(Debug)]
pub struct Answer {
    pub status: u16,
    /// Where it leads; empty where it leads nowhere.
    pub to: String,
    pub html: String,
}

impl Answer {
    /// Demands a page, and gives its text.
    #[track_caller]
    pub fn page(self, what: &str) -> String {
        assert_eq!(self.status, 200, "{what}: {}", self.html);
        assert_eq!(self.html.matches("<h1>").count(), 1, "{what} has one heading: {}", self.html);
        ids_are_unique(&self.html, what);
        self.html
    }

    /// Demands that what was sent worked, and gives where the page leads.
    #[track_caller]
    pub fn led(self, what: &str) -> String {
        assert_eq!(self.status, 303, "{what}: {}", self.html);
        self.to
    }

    /// The same, where the address says what was done: without the seal that it is believed by.
    #[track_caller]
    pub fn did(self, what: &str) -> String {
        let to = self.led(what);
        let (said, seal) = to.split_once("&seal=").unwrap_or_else(|| panic!("{what}: no seal: {to}"));
        assert!(!seal.is_empty() && !seal.contains('&'), "{what}: {to}");
        said.to_owned()
    }

    /// Demands a form that came back with an error at this field of this form.
    #[track_caller]
    pub fn wrong_at(self, field: &str, what: &str) -> String {
        assert_eq!(self.status, 422, "{what}: {}", self.html);
        assert!(self.html.contains(&format!("id=\"{field}-error\"")), "{what}: no error at {field}: {}", self.html);
        ids_are_unique(&self.html, what);
        self.html
    }
}

#[track_caller]
fn ids_are_unique(html: &str, what: &str) {
    let mut ids: Vec<&str> = html.split(" id=\"").skip(1).filter_map(|rest| rest.split('"').next()).collect();
    let all = ids.len();
    ids.sort_unstable();
    ids.dedup();
    assert_eq!(ids.len(), all, "{what}: an id twice");
}

/// What stands between two texts.
pub fn between<'a>(html: &'a str, before: &str, after: &str) -> &'a str {
    let (_, rest) = html.split_once(before).unwrap_or_else(|| panic!("no {before} in {html}"));
    rest.split(after).next().unwrap_or_default()
}

fn encoded(text: &str) -> String {
    let plain = |byte: u8| byte.is_ascii_alphanumeric() || b"-._~".contains(&byte);
    text.bytes().map(|byte| if plain(byte) { char::from(byte).to_string() } else { format!("%{byte:02X}") }).collect()
}

impl Browser {
    /// A browser in which nobody is signed in.
    pub fn of(w: &World) -> Self {
        let client = client().redirect(Policy::none()).build().unwrap();
        Self { base: format!("http://{}", w.address), client, cookie: RefCell::default() }
    }

    /// A browser in which this person signed in.
    pub async fn signed_in(w: &World, email: &str) -> Self {
        let browser = Self::of(w);
        let fields = [("email", email), ("password", PASSWORD), ("next", "/account")];
        assert_eq!(browser.send("/sign-in", &fields).await.led(email), "/account");
        browser
    }

    async fn ask(&self, method: Method, path: &str, body: Option<String>, site: &str) -> Answer {
        let mut request = self.client.request(method, format!("{}{path}", self.base));
        request = request.header("accept", "text/html").header("sec-fetch-site", site);
        if let Some(cookie) = &*self.cookie.borrow() {
            request = request.header("cookie", cookie);
        }
        if let Some(body) = body {
            request = request.header("content-type", "application/x-www-form-urlencoded").body(body);
        }
        let response = request.send().await.unwrap();
        for set in response.headers().get_all("set-cookie") {
            let pair = set.to_str().unwrap().split(';').next().unwrap_or_default();
            if pair.starts_with("__Host-session=") {
                *self.cookie.borrow_mut() = Some(pair.to_owned()).filter(|pair| !pair.ends_with('='));
            }
        }
        let to = response.headers().get("location").and_then(|to| to.to_str().ok()).unwrap_or_default().to_owned();
        let status = response.status().as_u16();
        Answer { status, to, html: response.text().await.unwrap() }
    }

    pub async fn get(&self, path: &str) -> Answer {
        self.ask(Method::GET, path, None, "none").await
    }

    /// Sends these fields and nothing else.
    pub async fn send(&self, path: &str, fields: &[(&str, &str)]) -> Answer {
        let pairs: Vec<String> = fields.iter().map(|(name, value)| format!("{name}={}", encoded(value))).collect();
        self.ask(Method::POST, path, Some(pairs.join("&")), "same-origin").await
    }

    /// The token of the session's forms.
    pub async fn token(&self) -> String {
        let page = self.get("/account").await.page("one's own account");
        between(&page, "name=\"csrf\" value=\"", "\"").to_owned()
    }

    /// Sends these fields with the session's token.
    pub async fn post(&self, path: &str, fields: &[(&str, &str)]) -> Answer {
        let token = self.token().await;
        let all: Vec<(&str, &str)> = fields.iter().copied().chain([("csrf", token.as_str())]).collect();
        self.send(path, &all).await
    }
}
