//! The demonstration's guided way: one engagement in eight steps, each as the person whose turn it is, with the clock that
//! moves it on.

use askama::Template;
use axum::{extract::State, http::HeaderMap, response::Response};

use crate::{
    app::AppError,
    web::{
        Web,
        extract::visitor::Visitor,
        pages::frame::{Frame, Theme, html},
    },
};

/// A step of the way.
struct Step {
    /// Its heading.
    heading: &'static str,
    /// The address of whom to sign in as.
    who: &'static str,
    /// What to do and to look at.
    what: &'static str,
    /// Where.
    href: &'static str,
    /// What the link says.
    link: &'static str,
    /// Whether everybody finds something there.
    everybody: bool,
    /// The instant to which the clock goes first, RFC 3339 in UTC.
    clock: Option<&'static str>,
}

const STEPS: [Step; 8] = [
    Step {
        heading: "A liaison’s morning",
        who: "ines.varga@larkspur.test",
        what: "The worklist says what is due, whose turn it is, and why each date is what it is.",
        href: "/",
        link: "The worklist",
        everybody: true,
        clock: None,
    },
    Step {
        heading: "One engagement on one page",
        who: "ines.varga@larkspur.test",
        what: "The window is on day 15 of 30. Conditions, people, deadlines and everything that happened stand below it. \
               What cannot be done now says why, and who can clear it.",
        href: "/engagements/ENG-2026-0004",
        link: "ENG-2026-0004",
        everybody: false,
        clock: None,
    },
    Step {
        heading: "What would happen",
        who: "ines.varga@larkspur.test",
        what: "Choose a reason and press Preview: the form tells what changes, which dates move and who is told. Nothing \
               is written until you send it, and you need not.",
        href: "/engagements/ENG-2026-0004/suspend-window",
        link: "Suspend the window",
        everybody: false,
        clock: None,
    },
    Step {
        heading: "The other side’s view",
        who: "dana.whitlow@fado.test",
        what: "The program liaison sees the same engagement with the government’s own people and marking, and another \
               worklist with the pool of what nobody has taken.",
        href: "/engagements/ENG-2026-0004",
        link: "The same engagement",
        everybody: false,
        clock: None,
    },
    Step {
        heading: "Two keys for a trusted partner",
        who: "marcus.bell@fado.test",
        what: "A nomination has two columns: the developer’s consent and the government’s concurrence. A reviewer who must \
               not decide recuses first.",
        href: "/nominations",
        link: "Nominations",
        everybody: true,
        clock: None,
    },
    Step {
        heading: "Access, person by person",
        who: "lena.fisk@fado.test",
        what: "An evaluator sees her own grant, whether it gives access now, and until when. She signs in with a code, \
               which the page of people shows.",
        href: "/grants/GRA-2026-0401",
        link: "GRA-2026-0401",
        everybody: false,
        clock: None,
    },
    Step {
        heading: "The window closes by itself",
        who: "ines.varga@larkspur.test",
        what: "Move the clock to 9 December, 09:00 in Washington: access ends to the second, the close-out begins, and \
               mails go out. Another engagement’s window opened on the way.",
        href: "/engagements/ENG-2026-0004",
        link: "The engagement after its window",
        everybody: false,
        clock: Some("2026-12-09T14:00:00Z"),
    },
    Step {
        heading: "What everybody was told",
        who: "ines.varga@larkspur.test",
        what: "Each mail says the reference, what is to be done and by when, and nothing that is confidential.",
        href: "/demo/mail",
        link: "The mails",
        everybody: true,
        clock: None,
    },
];

#[derive(Template)]
#[template(path = "pages/tour.html")]
struct Tour {
    frame: Frame,
    steps: &'static [Step],
    /// The address of who is signed in.
    me: Option<String>,
}

impl Tour {
    /// Where the link of a step leads: through the sign-in if nobody is signed in, and nowhere if it is somebody else.
    fn href(&self, step: &Step) -> Option<String> {
        match &self.me {
            Some(me) => (step.everybody || me == step.who).then(|| step.href.to_owned()),
            None => Some(format!("/sign-in?next={}", step.href)),
        }
    }
}

/// The guided way; there is none outside the demonstration.
pub async fn page(State(web): State<Web>, visitor: Option<Visitor>, headers: HeaderMap) -> Result<Response, AppError> {
    if !web.demo {
        return Err(AppError::NotFound);
    }
    let frame = match &visitor {
        Some(visitor) => Frame::of(&web, visitor, "Eight steps through one engagement"),
        None => Frame::open(&web, "Eight steps through one engagement", Theme::of(&headers)),
    };
    html(&Tour { frame, steps: &STEPS, me: visitor.map(|visitor| visitor.browser.email) })
}
