//! Pages as a browser sees them: a cookie, forms that carry the token of their page, and no redirect followed unseen.

use reqwest::{Client, Method, header, redirect::Policy};
use scraper::{Html, Selector};

use super::{people::PASSWORD, world::World};

/// Somebody at a browser.
pub struct Desk {
    base: String,
    client: Client,
    /// The session's cookie, `name=value`.
    pub cookie: Option<String>,
}

/// A page, or whatever was answered instead of one.
#[derive(Clone, Debug)]
pub struct Page {
    pub status: u16,
    pub headers: header::HeaderMap,
    pub text: String,
}

impl Page {
    /// The text of a header; empty where it is missing.
    pub fn header(&self, name: &str) -> &str {
        self.headers.get(name).and_then(|value| value.to_str().ok()).unwrap_or_default()
    }

    /// The values of this attribute of all that the selector finds.
    pub fn all(&self, selector: &str, attribute: &str) -> Vec<String> {
        let document = Html::parse_document(&self.text);
        let selector = Selector::parse(selector).expect("a selector");
        let found = document.select(&selector).filter_map(|element| element.value().attr(attribute));
        found.map(str::to_owned).collect()
    }

    /// The text within all that the selector finds.
    pub fn told(&self, selector: &str) -> String {
        let document = Html::parse_document(&self.text);
        let selector = Selector::parse(selector).expect("a selector");
        let texts: Vec<String> = document.select(&selector).map(|element| element.text().collect()).collect();
        texts.join(" ").split_whitespace().collect::<Vec<_>>().join(" ")
    }

    /// The bare ids within all that the selector finds. Cells stand beside each other without a space, so that an id is
    /// looked for at every place.
    pub fn ids(&self, selector: &str) -> Vec<String> {
        let told = self.told(selector);
        let places = told.as_bytes().windows(36).filter_map(|place| std::str::from_utf8(place).ok());
        places.filter(|text| uuid::Uuid::try_parse(text).is_ok()).map(str::to_owned).collect()
    }

    /// The value of a field of the page's own form.
    pub fn field(&self, name: &str) -> String {
        self.all(&format!("main [name='{name}']"), "value").into_iter().next().unwrap_or_default()
    }

    /// What the form with this id sends by itself: the names and values of its hidden fields.
    pub fn form(&self, id: &str) -> Vec<(String, String)> {
        let hidden = format!("form#{id} input[type=hidden]");
        self.all(&hidden, "name").into_iter().zip(self.all(&hidden, "value")).collect()
    }

    /// Where it leads, without the seal that what it says was done is believed by.
    pub fn led(&self) -> &str {
        self.header("location").split("&seal=").next().unwrap_or_default()
    }

    /// Demands a status.
    #[track_caller]
    pub fn is(self, status: u16, what: &str) -> Self {
        assert_eq!(self.status, status, "{what}: {} {}", self.header("location"), self.told("main"));
        self
    }
}

impl Desk {
    /// A browser in which nobody is signed in.
    pub fn of(world: &World) -> Self {
        Self::at(format!("http://{}", world.address))
    }

    /// The same, of any service.
    pub fn at(base: String) -> Self {
        let client = super::client().redirect(Policy::none()).build().expect("a client");
        Self { base, client, cookie: None }
    }

    /// A browser in which this person of the world is signed in.
    pub async fn signed_in(world: &World, who: &str) -> Self {
        let mut desk = Self::of(world);
        desk.sign_in(who, PASSWORD, "").await.is(303, who);
        desk
    }

    /// Signs in through the page.
    pub async fn sign_in(&mut self, email: &str, password: &str, code: &str) -> Page {
        let fields = [("email", email), ("password", password), ("code", code), ("next", "/")];
        let page = self.send("/sign-in", &fields).await;
        let set = page.header("set-cookie").split(';').next().unwrap_or_default().to_owned();
        self.cookie = Some(set).filter(|set| set.starts_with("__Host-session="));
        page
    }

    /// A page.
    pub async fn get(&self, path: &str) -> Page {
        self.ask(Method::GET, path, &[], None).await
    }

    /// A form as it is, sent from a page of the service.
    pub async fn send(&self, path: &str, fields: &[(&str, &str)]) -> Page {
        self.ask(Method::POST, path, &[("sec-fetch-site", "same-origin")], Some(fields)).await
    }

    /// Fills the form of a page in, with its token and whatever it hides, and sends it.
    pub async fn fill(&self, path: &str, fields: &[(&str, &str)]) -> Page {
        let form = self.get(path).await.is(200, path);
        let hidden = ["csrf", "etag", "key"].map(|name| (name, form.field(name)));
        let hidden: Vec<(&str, &str)> = hidden.iter().map(|(name, value)| (*name, value.as_str())).collect();
        self.send(path, &[hidden.as_slice(), fields].concat()).await
    }

    /// Sends the form with this id of a page, with these fields besides what it hides.
    pub async fn press(&self, page: &Page, id: &str, path: &str, fields: &[(&str, &str)]) -> Page {
        let hidden = page.form(id);
        let hidden: Vec<(&str, &str)> = hidden.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
        self.send(path, &[hidden.as_slice(), fields].concat()).await
    }

    /// Any request of a browser.
    pub async fn ask(
        &self,
        method: Method,
        path: &str,
        headers: &[(&str, &str)],
        form: Option<&[(&str, &str)]>,
    ) -> Page {
        let Some(form) = form else { return self.raw(method, path, headers, Vec::new()).await };
        let headers = [&[("content-type", "application/x-www-form-urlencoded")], headers].concat();
        self.raw(method, path, &headers, encoded(form).into_bytes()).await
    }

    /// Any request of a browser, with a body as it is; an empty one is none.
    pub async fn raw(&self, method: Method, path: &str, headers: &[(&str, &str)], body: Vec<u8>) -> Page {
        let mut request = self.client.request(method, format!("{}{path}", self.base)).header("accept", "text/html");
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        if let Some(cookie) = &self.cookie {
            request = request.header("cookie", cookie);
        }
        if !body.is_empty() {
            request = request.body(body);
        }
        let answer = request.send().await.expect("the server answers");
        let (status, headers) = (answer.status().as_u16(), answer.headers().clone());
        Page { status, headers, text: answer.text().await.expect("the body arrives") }
    }
}

fn encoded(form: &[(&str, &str)]) -> String {
    let value = |text: &str| anteroom::web::pages::query_encoded(text).replace('/', "%2F");
    form.iter().map(|(name, text)| format!("{}={}", value(name), value(text))).collect::<Vec<_>>().join("&")
}
