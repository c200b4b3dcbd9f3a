//! A form: its fields, and the button that sends it, or one for each way of sending it.

use std::collections::BTreeMap;

use askama::Template;

use super::{FieldView, Link};

/// A way to send a form: its button sends this besides the fields.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SendAs {
    /// The name of what is sent.
    pub name: String,
    /// Its value.
    pub value: String,
    /// What the button says.
    pub text: String,
}

/// A form.
#[derive(Clone, Debug, PartialEq, Eq, Template)]
#[template(path = "partials/form.html")]
pub struct FormView {
    /// Its id, unique on the page; the ids of its fields begin with it.
    pub id: String,
    /// Where it is sent.
    pub action: String,
    /// The token of the session's forms; empty where nobody is signed in.
    pub csrf: String,
    /// Its fields.
    pub fields: Vec<FieldView>,
    /// What its button says, where there is one way to send it.
    pub button: String,
    /// The ways to send it, where there are several: each with a button of its own.
    pub ways: Vec<SendAs>,
    /// The way out without sending it.
    pub back: Option<Link>,
    /// Whether a link may be pasted into it, whose secret a browser fills in from behind the `#`.
    pub takes_link: bool,
}

impl FormView {
    /// A form without fields.
    pub fn new(id: &str, action: impl Into<String>, csrf: &str, button: &str) -> Self {
        Self {
            id: id.to_owned(),
            action: action.into(),
            csrf: csrf.to_owned(),
            fields: Vec::new(),
            button: button.to_owned(),
            ways: Vec::new(),
            back: None,
            takes_link: false,
        }
    }

    /// The same with one field more.
    #[must_use]
    pub fn field(mut self, mut field: FieldView) -> Self {
        field.id = format!("{}-{}", self.id, field.id);
        self.fields.push(field);
        self
    }

    /// The same with several fields more.
    #[must_use]
    pub fn fields(self, fields: impl IntoIterator<Item = FieldView>) -> Self {
        fields.into_iter().fold(self, Self::field)
    }

    /// The same with a way out.
    #[must_use]
    pub fn or_back(mut self, href: impl Into<String>, text: &str) -> Self {
        self.back = Some(Link { href: href.into(), text: text.to_owned() });
        self
    }

    /// The same with a button for each of these values of one name, and what it says, in place of its one button.
    #[must_use]
    pub fn sent_as<'w>(mut self, name: &str, ways: impl IntoIterator<Item = (&'w str, &'w str)>) -> Self {
        let way = |(value, text): (&str, &str)| SendAs {
            name: name.to_owned(),
            value: value.to_owned(),
            text: text.to_owned(),
        };
        self.ways = ways.into_iter().map(way).collect();
        self
    }

    /// The same, and a link may be pasted into it.
    #[must_use]
    pub const fn taking_link(mut self) -> Self {
        self.takes_link = true;
        self
    }

    /// The same with what is wrong, by the names of the fields.
    #[must_use]
    pub fn wrong(mut self, errors: &BTreeMap<String, String>) -> Self {
        for field in &mut self.fields {
            if let Some(error) = errors.get(&field.name) {
                error.clone_into(&mut field.error);
            }
        }
        self
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn two_forms_of_a_page_share_no_id_and_an_error_stands_at_its_field() {
        let form = |id: &str| {
            let password = FieldView::line("password", "Password", "password", "");
            FormView::new(id, "/", "token", "Send").field(password)
        };
        let (one, other) = (form("one"), form("other"));
        assert_ne!(one.fields[0].id, other.fields[0].id);
        let errors = BTreeMap::from([("password".to_owned(), "does not fit".to_owned())]);
        let page = one.wrong(&errors).render().expect("a form is written");
        assert!(page.contains("aria-describedby=\"one-f-password-error\""), "{page}");
        assert!(page.contains("does not fit"), "{page}");
    }
}
