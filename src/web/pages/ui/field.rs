//! A field of a form, with its label, its hint, what was typed and what is wrong with it.

use askama::Template;

/// Something to choose.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Choice {
    /// What is sent.
    pub value: String,
    /// What people read.
    pub label: String,
    /// Whether it is chosen.
    pub chosen: bool,
}

/// How a value is entered.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Control {
    /// One line. `kind` is the input's type.
    Line {
        /// Such as `text`, `date` or `password`.
        kind: &'static str,
        /// What was typed.
        value: String,
        /// Characters at most.
        most: Option<usize>,
        /// What a browser may fill in, such as `username`.
        autocomplete: &'static str,
    },
    /// A file.
    File {
        /// Ends of the names that a browser offers, such as `.pdf,.txt`.
        accept: String,
    },
    /// Several lines.
    Area {
        /// What was typed.
        value: String,
        /// Characters at most.
        most: Option<usize>,
    },
    /// One of many.
    Select(Vec<Choice>),
    /// One of few.
    Radios(Vec<Choice>),
    /// Any of them.
    Checks(Vec<Choice>),
    /// One box.
    Check {
        /// Whether it is ticked.
        ticked: bool,
    },
    /// Sent as it is, not shown.
    Hidden {
        /// What is sent.
        value: String,
    },
    /// Fields that belong together.
    Group(Vec<FieldView>),
}

/// A field.
#[derive(Clone, Debug, PartialEq, Eq, Template)]
#[template(path = "partials/field.html")]
pub struct FieldView {
    /// The id, unique on the page.
    pub id: String,
    /// What it is sent as.
    pub name: String,
    /// Its label.
    pub label: String,
    /// What to know about it.
    pub hint: String,
    /// Whether it must be filled in.
    pub required: bool,
    /// What is wrong with it.
    pub error: String,
    /// How it is entered.
    pub control: Control,
}

impl FieldView {
    /// A field of one line.
    pub fn line(name: &str, label: &str, kind: &'static str, value: &str) -> Self {
        let control = Control::Line { kind, value: value.to_owned(), most: None, autocomplete: "off" };
        Self::of(name, label, control)
    }

    /// A field.
    pub fn of(name: &str, label: &str, control: Control) -> Self {
        Self {
            id: id_of(name),
            name: name.to_owned(),
            label: label.to_owned(),
            hint: String::new(),
            required: true,
            error: String::new(),
            control,
        }
    }

    /// The same, with what a browser may fill in.
    #[must_use]
    pub fn filled(mut self, by: &'static str) -> Self {
        if let Control::Line { autocomplete, .. } = &mut self.control {
            *autocomplete = by;
        }
        self
    }

    /// The same with a hint.
    #[must_use]
    pub fn hinted(mut self, hint: &str) -> Self {
        hint.clone_into(&mut self.hint);
        self
    }

    /// The same, of this many characters at most.
    #[must_use]
    pub const fn at_most(mut self, characters: usize) -> Self {
        if let Control::Line { most, .. } | Control::Area { most, .. } = &mut self.control {
            *most = Some(characters);
        }
        self
    }

    /// The same, and it may stay empty.
    #[must_use]
    pub const fn optional(mut self) -> Self {
        self.required = false;
        self
    }

    /// The same with what is wrong with it.
    #[must_use]
    pub fn wrong(mut self, error: &str) -> Self {
        error.clone_into(&mut self.error);
        self
    }

    /// Whether the control is one of several boxes or fields, which have a legend instead of a label.
    const fn is_group(&self) -> bool {
        matches!(self.control, Control::Radios(_) | Control::Checks(_) | Control::Group(_))
    }

    const fn is_hidden(&self) -> bool {
        matches!(self.control, Control::Hidden { .. })
    }

    const fn is_box(&self) -> bool {
        matches!(self.control, Control::Check { .. })
    }

    /// The ids of what describes it.
    fn described_by(&self) -> String {
        let hint = (!self.hint.is_empty()).then(|| format!("{}-hint", self.id));
        let error = (!self.error.is_empty()).then(|| format!("{}-error", self.id));
        hint.into_iter().chain(error).collect::<Vec<_>>().join(" ")
    }
}

/// The id of the field with this name: `/terms/0` is `f-terms-0`.
pub fn id_of(name: &str) -> String {
    let plain = |c: char| if c.is_ascii_alphanumeric() { c } else { '-' };
    format!("f-{}", name.trim_start_matches('/').chars().map(plain).collect::<String>())
}
