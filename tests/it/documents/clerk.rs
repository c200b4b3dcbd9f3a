//! Whoever sends and fetches contents in these tests, signed in once for each person.

use std::collections::BTreeMap;

use anteroom::domain::text::Sha256Hex;
use reqwest::{Method, Response};
use serde_json::{Value, json};
use tokio::sync::Mutex;

use crate::support::{
    door::{Door, Reply, text},
    matters::{self, DANA, LARKSPUR},
    scene::{INES, upload},
    world::World,
};

/// A door with the tokens of those who went through it.
pub struct Clerk {
    door: Door,
    tokens: Mutex<BTreeMap<String, String>>,
}

impl Clerk {
    pub fn of(w: &World) -> Self {
        Self { door: Door::of(w), tokens: Mutex::default() }
    }

    async fn token(&self, who: &str) -> String {
        let mut tokens = self.tokens.lock().await;
        if !tokens.contains_key(who) {
            tokens.insert(who.to_owned(), self.door.token(who).await);
        }
        tokens[who].clone()
    }

    pub async fn get(&self, who: &str, path: &str) -> Reply {
        self.door.get(&self.token(who).await, &format!("/api/v1/{path}")).await
    }

    pub async fn post(&self, who: &str, path: &str, body: &Value) -> Reply {
        self.door.post(&self.token(who).await, &format!("/api/v1/{path}"), body).await
    }

    /// Asks for an answer of which nothing but the head is read.
    pub async fn open(&self, who: &str, method: Method, path: &str, body: Option<&Value>) -> Response {
        let (path, body) = (format!("/api/v1/{path}"), body.map(|body| body.to_string().into_bytes()));
        let headers = [("content-type", "application/json")];
        self.door.open(method, &path, Some(&self.token(who).await), &headers, body).await
    }

    /// Sends a content under a media type.
    pub async fn send(&self, who: &str, document: &str, media_type: &str, content: &[u8]) -> Reply {
        let path = format!("/api/v1/documents/{document}/content");
        let headers = [("content-type", media_type)];
        self.door.ask(Method::PUT, &path, Some(&self.token(who).await), &headers, Some(content.to_vec())).await
    }

    /// Declares a document that must be taken; answers with its reference.
    pub async fn declare(&self, who: &str, body: &Value) -> String {
        text(&self.post(who, "documents", body).await.succeeded("a declaration").body, "reference")
    }

    /// Declares and sends a document of Ines that must be taken.
    pub async fn file(&self, to: &str, name: &str, media_type: &str, content: &[u8]) -> String {
        let document = self.declare(INES, &upload(to, name, media_type, content)).await;
        self.send(INES, &document, media_type, content).await.succeeded(name);
        document
    }

    /// The next version of a document of Ines.
    pub async fn version(&self, to: &str, parent: &str, content: &[u8]) -> String {
        let mut body = upload(to, "Terms", "text/markdown", content);
        body["parent"] = json!(parent);
        let document = self.declare(INES, &body).await;
        self.send(INES, &document, "text/markdown", content).await.succeeded("the next version");
        document
    }

    pub async fn stage(&self, document: &str) -> String {
        text(&self.get(INES, &format!("documents/{document}")).await.succeeded("the record").body, "stage")
    }

    pub async fn content(&self, who: &str, document: &str) -> Reply {
        self.get(who, &format!("documents/{document}/content")).await
    }
}

/// An acknowledged engagement of Ines's developer.
pub async fn engagement(w: &World) -> String {
    let release = matters::release(w, &LARKSPUR, "2026-12-23T09:00:00-05:00").await;
    let engagement = matters::proposal(w, &LARKSPUR, &release).await;
    matters::acknowledge(w, DANA, &engagement).await;
    engagement
}

/// A PDF with nothing in it but this remark.
pub fn pdf(remark: &str) -> Vec<u8> {
    format!("%PDF-1.4\n% {remark}\n1 0 obj\n<< /Type /Catalog >>\nendobj\ntrailer\n<< /Root 1 0 R >>\n%%EOF\n")
        .into_bytes()
}

pub fn digest(content: &[u8]) -> String {
    Sha256Hex::of(content).as_str().to_owned()
}
