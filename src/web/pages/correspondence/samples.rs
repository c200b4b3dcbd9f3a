//! Every mail that the service can send, with sample fields: subject, text, and what the HTML says.

use axum::{extract::State, response::Response};
use serde::Deserialize;

use crate::{
    app::{
        AppError,
        mail_samples::{MailSample, MailTemplate},
    },
    web::{
        Web,
        extract::{ApiQuery, Path, visitor::Member},
        pages::{
            sheet::{ListAsked, Sheet},
            ui::{Choice, Control, Facts, FieldView, Inline, Part, Row, Section, Table},
            words,
        },
    },
};

/// The list.
pub const PATH: &str = "/administration/mail/templates";

/// The mails.
pub async fn list(
    State(web): State<Web>,
    Member(visitor): Member,
    ApiQuery(asked): ApiQuery<ListAsked>,
) -> Result<Response, AppError> {
    let templates = web.app.mail_templates(visitor.principal()).await?;
    let row = |template: &MailTemplate| {
        let href = format!("{PATH}/{}/{}", template.code, template.stem);
        let text = format!("{} {}", template.code, words::label(template.stem));
        let usual = template.asks.first().map(|(_, sentence)| *sentence).unwrap_or_default();
        Row::new(vec![Inline::link(href, text), Inline::text(usual), Inline::text(template.asks.len().to_string())])
    };
    let columns = ["Mail", "What it usually asks", "Sentences that it may carry"];
    let table = Table::new("Mails", &columns, "None.").with(templates.iter().map(row));
    Sheet::of(&web, &visitor, "Mail templates")
        .below("/administration", "Administration")
        .lead("Every mail that the service can send, with sample fields. Looking at one sends nothing.")
        .section(Section::new("mails", "Mails").with(table))
        .listed(asked.format, "mail-templates", PATH)
}

/// What a sample may be asked for.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Asked {
    /// What the mail asks; the usual one if left out.
    ask: Option<String>,
}

/// One mail.
pub async fn one(
    State(web): State<Web>,
    Member(visitor): Member,
    Path((code, stem)): Path<(String, String)>,
    ApiQuery(asked): ApiQuery<Asked>,
) -> Result<Response, AppError> {
    let sample = web.app.mail_sample(visitor.principal(), (&code, &stem), asked.ask.as_deref()).await?;
    let facts = Facts::new()
        .with("Subject", Inline::text(&sample.subject))
        .with("Code", Inline::text(sample.template.code))
        .with("Templates", Inline::Code(format!("templates/mail/{}", sample.template.stem)));
    let said = said(&sample.html).into_iter().map(Inline::text);
    let html = Section::new("html", "What the HTML says").with(Part::Line(Inline::list(said)));
    Sheet::of(&web, &visitor, format!("{} {}", sample.template.code, words::label(sample.template.stem)))
        .below("/administration", "Administration")
        .below(PATH, "Mail templates")
        .lead("With sample fields: reference, date and link are no record's.")
        .filtered(vec![asks(&sample)])
        .section(Section::new("mail", "The mail").with(facts))
        .section(Section::new("text", "The text").with(Part::Text(sample.text.clone())))
        .section(html.with(Part::Heading("As it is sent".to_owned())).with(Part::Text(sample.html)))
        .answer()
}

/// What the mail is to ask in the sample.
fn asks(sample: &MailSample) -> FieldView {
    let choice = |(name, sentence): &(&str, &str)| Choice {
        value: (*name).to_owned(),
        label: (*sentence).to_owned(),
        chosen: *name == sample.ask,
    };
    FieldView::of("ask", "What it asks", Control::Select(sample.template.asks.iter().map(choice).collect()))
}

/// The words of an HTML body of ours, a paragraph each: its markup is not shown, because a page loads no other document.
fn said(html: &str) -> Vec<String> {
    let body = html.split_once("<body").map_or(html, |(_, body)| body);
    let blocks = ["<h1", "<p", "<li", "<br", "<tr"]
        .iter()
        .fold(body.to_owned(), |text, tag| text.replace(tag, &format!("\n{tag}")));
    // What stands before the first mark of the body is the rest of its own tag.
    let blocks = blocks.split_once('>').map_or("", |(_, rest)| rest).to_owned();
    blocks.split('\n').map(words_of).filter(|line| !line.is_empty()).collect()
}

/// A stretch of HTML without its marks, and its escapes as the signs that they stand for.
fn words_of(html: &str) -> String {
    let mut parts = html.split('<');
    let first = parts.next().unwrap_or_default().to_owned();
    let plain = parts.fold(first, |text, part| text + part.split_once('>').map_or("", |(_, words)| words));
    let signs = [("&#39;", "'"), ("&#34;", "\""), ("&#60;", "<"), ("&#62;", ">"), ("&#38;", "&")];
    signs.iter().fold(plain, |text, (escape, sign)| text.replace(escape, sign)).trim().to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_words_of_a_body_are_its_paragraphs() {
        let html = "<html><head><title>T</title></head><body style=\"margin:0\">\n<h1 style=\"x\">A mail</h1>\n\
                    <p>Your side&#39;s turn: <a href=\"https://a.example\">Open</a><br>https://a.example</p></body></html>";
        assert_eq!(said(html), ["A mail", "Your side's turn: Open", "https://a.example"]);
    }
}
