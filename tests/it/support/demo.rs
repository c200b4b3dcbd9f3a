//! The demonstration as a running process.

use std::{path::Path, process::Stdio};

use reqwest::{Client, StatusCode};
use serde_json::{Value, json};

use super::{
    binary::{Running, command},
    desk::Desk,
};

/// Everybody's password.
pub const PASSWORD: &str = "slow granite lantern 41";

/// A demonstration that runs.
pub struct Demo {
    pub running: Running,
    /// What it printed when it was ready.
    pub welcome: Value,
    pub client: Client,
}

impl Demo {
    /// Starts it on this data, which is made if there is none.
    pub fn start(data: &Path) -> Self {
        let mut command = command(data, &["demo", "--json", "--listen", "127.0.0.1:0", "--data", "data"]);
        command.env("ANTEROOM__SERVER__REQUESTS_PER_MINUTE", "100000");
        command.env("ANTEROOM_DEMO_PASSWORD", PASSWORD).stderr(Stdio::null());
        let mut running = Running::start(command);
        let welcome = serde_json::from_str(&running.line()).unwrap();
        Self { running, welcome, client: super::client().build().expect("a client") }
    }

    /// The address of a path.
    pub fn url(&self, path: &str) -> String {
        format!("{}{path}", self.welcome["url"].as_str().unwrap())
    }

    /// Status and JSON of what is asked for.
    pub async fn get(&self, path: &str, token: Option<&str>) -> (StatusCode, Value) {
        let mut request = self.client.get(self.url(path));
        if let Some(token) = token {
            request = request.bearer_auth(token);
        }
        let answer = request.send().await.unwrap();
        (answer.status(), answer.json().await.unwrap_or_default())
    }

    /// The same of what is sent.
    pub async fn post(&self, path: &str, token: Option<&str>, body: &Value) -> (StatusCode, Value) {
        let mut request = self.client.post(self.url(path)).json(body);
        if let Some(token) = token {
            request = request.bearer_auth(token);
        }
        let answer = request.send().await.unwrap();
        (answer.status(), answer.json().await.unwrap_or_default())
    }

    /// Signs somebody in, with the code that the demonstration shows for who has a second factor.
    pub async fn sign_in(&self, email: &str) -> String {
        let mut body = json!({ "email": email, "password": PASSWORD });
        if let Some(code) = self.code(email).await {
            body["code"] = code.into();
        }
        let (status, tokens) = self.post("/api/v1/auth/token", None, &body).await;
        assert_eq!(status, StatusCode::OK, "{email}: {tokens}");
        tokens["access_token"].as_str().unwrap().to_owned()
    }

    /// The one-time code of who has a second factor.
    pub async fn code(&self, email: &str) -> Option<String> {
        let (_, codes) = self.get("/demo/codes", None).await;
        codes[email].as_str().map(str::to_owned)
    }

    /// A browser in which somebody is signed in. Each code works once: whoever signed in with it waits for the next.
    pub async fn desk(&self, email: &str) -> Desk {
        let mut desk = Desk::at(self.welcome["url"].as_str().expect("the address").to_owned());
        let code = self.code(email).await.unwrap_or_default();
        desk.sign_in(email, PASSWORD, &code).await.is(303, email);
        desk
    }
}
