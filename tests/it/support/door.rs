//! The service's door as a stranger's program sees it: any method, path, header and body, and the whole answer.

use reqwest::{Client, Method, Response, header::HeaderMap};
use serde_json::{Value, json};

use super::{people::PASSWORD, world::World};

/// Speaks HTTP with the service of one world.
pub struct Door {
    base: String,
    client: Client,
}

/// The whole of an answer.
#[derive(Clone, Debug)]
pub struct Reply {
    pub status: u16,
    pub headers: HeaderMap,
    pub bytes: Vec<u8>,
    pub body: Value,
}

impl Reply {
    /// The problem's name, such as `not-found`; empty where the answer is no problem.
    pub fn problem(&self) -> &str {
        let kind = self.body["type"].as_str().unwrap_or_default();
        kind.strip_prefix("/problems/").unwrap_or_default()
    }

    /// A header's text; empty where it is missing.
    pub fn header(&self, name: &str) -> &str {
        self.headers.get(name).and_then(|value| value.to_str().ok()).unwrap_or_default()
    }

    /// The pointers of the errors at fields.
    pub fn pointers(&self) -> Vec<&str> {
        self.named("pointer")
    }

    /// The names of the wrong query parameters or headers.
    pub fn parameters(&self) -> Vec<&str> {
        self.named("parameter")
    }

    fn named(&self, member: &str) -> Vec<&str> {
        let errors = self.body["errors"].as_array().into_iter().flatten();
        errors.filter_map(|error| error[member].as_str()).collect()
    }

    /// Demands a problem (RFC 9457) of this status and name.
    #[track_caller]
    pub fn is(&self, status: u16, problem: &str, what: &str) {
        assert_eq!((self.status, self.problem()), (status, problem), "{what}: {}", self.body);
        assert_eq!(self.header("content-type"), "application/problem+json", "{what}");
        assert_eq!(self.body["status"], status, "{what}");
    }

    /// Demands success.
    #[track_caller]
    pub fn succeeded(self, what: &str) -> Self {
        assert!((200..300).contains(&self.status), "{what}: {} {}", self.status, self.body);
        self
    }
}

impl Door {
    /// The door of this world.
    pub fn of(world: &World) -> Self {
        Self::at(format!("http://{}", world.address))
    }

    /// The same, of any service.
    pub fn at(base: String) -> Self {
        Self { base, client: super::client().build().expect("a client") }
    }

    /// Any request; the path is absolute.
    pub async fn ask(
        &self,
        method: Method,
        path: &str,
        token: Option<&str>,
        headers: &[(&str, &str)],
        body: Option<Vec<u8>>,
    ) -> Reply {
        let response = self.open(method, path, token, headers, body).await;
        let (status, headers) = (response.status().as_u16(), response.headers().clone());
        let bytes = response.bytes().await.expect("the body arrives").to_vec();
        let body = serde_json::from_slice(&bytes).unwrap_or(Value::Null);
        Reply { status, headers, bytes, body }
    }

    /// Any request, of whose answer nothing but the head is read.
    pub async fn open(
        &self,
        method: Method,
        path: &str,
        token: Option<&str>,
        headers: &[(&str, &str)],
        body: Option<Vec<u8>>,
    ) -> Response {
        let mut request = self.client.request(method, format!("{}{path}", self.base));
        if let Some(token) = token {
            request = request.bearer_auth(token);
        }
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        if let Some(body) = body {
            request = request.body(body);
        }
        request.send().await.expect("the server answers")
    }

    pub async fn get(&self, token: &str, path: &str) -> Reply {
        self.ask(Method::GET, path, Some(token), &[], None).await
    }

    /// A `POST` of JSON with further headers.
    pub async fn post_with(&self, token: &str, path: &str, body: &Value, headers: &[(&str, &str)]) -> Reply {
        let json = [("content-type", "application/json")];
        let headers: Vec<_> = json.iter().chain(headers).copied().collect();
        self.ask(Method::POST, path, Some(token), &headers, Some(body.to_string().into_bytes())).await
    }

    pub async fn post(&self, token: &str, path: &str, body: &Value) -> Reply {
        self.post_with(token, path, body, &[]).await
    }

    /// A `POST` of JSON by nobody in particular.
    pub async fn post_unsigned(&self, path: &str, body: &Value) -> Reply {
        let json = [("content-type", "application/json")];
        self.ask(Method::POST, path, None, &json, Some(body.to_string().into_bytes())).await
    }

    /// The answer to a sign-in.
    pub async fn sign_in_with(&self, email: &str, password: &str, code: Option<&str>) -> Reply {
        let mut body = json!({ "email": email, "password": password });
        if let Some(code) = code {
            body["code"] = json!(code);
        }
        self.post_unsigned("/api/v1/auth/token", &body).await
    }

    /// The tokens of a new session.
    pub async fn sign_in(&self, email: &str) -> Value {
        self.sign_in_with(email, PASSWORD, None).await.succeeded(email).body
    }

    /// The access token of a new session.
    pub async fn token(&self, email: &str) -> String {
        text(&self.sign_in(email).await, "access_token")
    }

    /// The API's own description.
    pub async fn document(&self) -> Value {
        self.ask(Method::GET, "/api/openapi.json", None, &[], None).await.succeeded("the description").body
    }
}

/// A member that must be a text.
pub fn text(value: &Value, member: &str) -> String {
    value[member].as_str().unwrap_or_else(|| panic!("no text {member} in {value}")).to_owned()
}
