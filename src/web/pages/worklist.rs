//! The home page: one's own queue, what others of one's side have to do, and what is to be done next. What it is filtered
//! by stands in its address.

use askama::Template;
use axum::{extract::State, http::StatusCode, response::Response, routing::get};
use chrono::TimeDelta;
use serde::Deserialize;

use super::{
    PageRoute, bulk, files,
    find::{Views, filter_form, said as said_of_view},
    frame::{Frame, html},
    help, query_encoded, record,
    time::PageClock,
    ui::{Alert, Choice, Chosen, Control, FieldView, FormView, Inline, Link, Part, Row, Section, Table, Tone},
    why::Ground,
    words,
};
use crate::{
    app::{
        AppError, Principal, kind_of,
        saved_views::SavedViewEntry,
        worklist::{WorkFilter, WorkItem, WorkReason, WorkView, Worklist},
    },
    authz::administration::AdministrativeAction,
    domain::{actor::Role, id::Kind},
    web::{
        Web,
        extract::{
            ApiQuery,
            visitor::{Member, Visitor},
        },
        table::Format,
    },
};

/// The pages of this room.
pub fn routes() -> Vec<PageRoute> {
    vec![PageRoute::get("/", get(page))]
}

/// Kept views of one's own that stand beside the worklist, and those of colleagues, at most.
const MOST_VIEWS: usize = 10;

#[derive(Template)]
#[template(path = "pages/worklist.html")]
struct WorklistPage {
    frame: Frame,
    alert: Option<Alert>,
    /// The person's kept views and those that colleagues share, beside the worklist.
    views: Vec<Link>,
    filters: Vec<FieldView>,
    /// The form that keeps the filter, where there is one.
    keep: Option<FormView>,
    /// Whether that form stands open, because it came back.
    keep_open: bool,
    /// Where to begin, where nothing waits.
    first_steps: Vec<Section>,
    /// Each with how many rows it has.
    sections: Vec<(Section, usize)>,
    /// The same rows for programs.
    files: Inline,
    /// What can be done with chosen rows, where there are any.
    chosen: Option<Chosen>,
}

/// What the queue may be asked for. A form sends what is left open as empty.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
struct Asked {
    #[serde(default)]
    view: WorkView,
    #[serde(default)]
    kind: String,
    #[serde(default)]
    developer: String,
    #[serde(default)]
    next_step: String,
    #[serde(default)]
    code: String,
    /// The same rows for programs.
    format: Option<Format>,
    /// The command that was just carried out, after which the record is not seen any more.
    #[serde(default)]
    done: String,
    /// Whether every row of the page is chosen.
    #[serde(default)]
    all: bool,
    /// The record that the command was carried out on.
    #[serde(default)]
    record: String,
}

impl Asked {
    /// What a form that shows this filter holds.
    fn of(filter: &WorkFilter) -> Self {
        let text = |text: &Option<String>| text.clone().unwrap_or_default();
        Self {
            view: filter.view,
            kind: filter.kind.map_or("", Kind::name).to_owned(),
            developer: text(&filter.developer),
            next_step: text(&filter.next_step),
            code: text(&filter.code),
            ..Self::default()
        }
    }

    fn filter(&self) -> WorkFilter {
        let said = |text: &str| Some(text.trim().to_owned()).filter(|text| !text.is_empty());
        WorkFilter {
            view: self.view,
            kind: Kind::ALL.into_iter().find(|kind| kind.name() == self.kind),
            developer: said(&self.developer),
            next_step: said(&self.next_step),
            code: said(&self.code),
        }
    }

    /// Whether less is asked for than the whole own queue.
    fn narrows(&self) -> bool {
        let texts = [&self.kind, &self.developer, &self.next_step, &self.code];
        self.view != WorkView::Own || texts.into_iter().any(|text| !text.trim().is_empty())
    }
}

/// The address of the queue with this filter.
pub fn address(filter: &WorkFilter) -> String {
    address_with(filter, &[])
}

fn address_with<'a>(filter: &'a WorkFilter, further: &[(&'a str, &'a str)]) -> String {
    let pairs = filter.asked().chain(further.iter().copied());
    let pairs: Vec<String> = pairs.map(|(name, value)| format!("{name}={}", query_encoded(value))).collect();
    if pairs.is_empty() { "/".to_owned() } else { format!("/?{}", pairs.join("&")) }
}

/// What the columns of the queue are.
const COLUMNS: [&str; 6] = ["Record", "What it is about", "Next step", "Who", "Due", "Why this date"];

/// From here on what is due is folded away.
const FAR: TimeDelta = TimeDelta::days(90);

/// Whose steps can be asked for.
const VIEWS: [(WorkView, &str); 3] = [
    (WorkView::Own, "My steps"),
    (WorkView::Delegated, "What I may do on a delegation"),
    (WorkView::Team, "Steps of my whole side"),
];

async fn page(
    State(web): State<Web>,
    Member(visitor): Member,
    ApiQuery(asked): ApiQuery<Asked>,
) -> Result<Response, AppError> {
    let filter = asked.filter();
    let list = web.app.worklist_of(visitor.principal(), &filter).await?;
    if let Some(format) = asked.format {
        let sections = rows(&web, &visitor, &asked, &list).1;
        return Ok(files::answer(format, "worklist", sections.iter().map(|(section, _)| section), list.truncated));
    }
    html(&shown(&web, &visitor, &asked, &list).await?)
}

/// The queue with a filter that could not be kept: the form as it was typed, what stands against it, and the status.
pub async fn unkept(
    web: &Web,
    visitor: &Visitor,
    filter: &WorkFilter,
    (form, alert, status): (FormView, Alert, StatusCode),
) -> Result<Response, AppError> {
    let visitor = Visitor { here: address(filter), ..visitor.clone() };
    let list = web.app.worklist_of(visitor.principal(), filter).await?;
    let page = shown(web, &visitor, &Asked::of(filter), &list).await?;
    let mut response = html(&WorklistPage { keep: Some(form), keep_open: true, alert: Some(alert), ..page })?;
    *response.status_mut() = status;
    Ok(response)
}

/// What can be done with rows, and the rows.
fn rows(web: &Web, visitor: &Visitor, asked: &Asked, list: &Worklist) -> (Chosen, Vec<(Section, usize)>) {
    let clock = PageClock::at(&web.app, list.as_of.at);
    let all = if asked.all { &[][..] } else { &[("all", "true")] };
    let chosen = bulk::offered(web, visitor, asked.all, address_with(&asked.filter(), all));
    let sections = sections(list, &Viewer::of(web, visitor.principal()), clock, &chosen);
    (chosen, sections)
}

/// The page of a queue.
async fn shown(web: &Web, visitor: &Visitor, asked: &Asked, list: &Worklist) -> Result<WorklistPage, AppError> {
    let (chosen, sections) = rows(web, visitor, asked, list);
    let cut = "There is more than is shown here: the 200 deadlines that are due first, and the 200 newest records on which \
               something can wait. Choose a kind of record, or a deadline, to see more of it.";
    let some = sections.iter().any(|(_, rows)| *rows > 0);
    let waits = asked.narrows() || some;
    let roles = visitor.principal().actor.roles.iter().copied();
    Ok(WorklistPage {
        first_steps: if waits { Vec::new() } else { first_steps(roles) },
        views: kept(&web.app.saved_views(visitor.principal()).await?),
        alert: done(asked).or_else(|| list.truncated.then(|| Alert::new(Tone::Info, cut))),
        filters: filters(asked),
        keep: filter_form(visitor, &asked.filter()),
        keep_open: false,
        sections,
        files: files::links(&visitor.here),
        chosen: some.then_some(chosen),
        frame: Frame::of(web, visitor, "Worklist"),
    })
}

/// The own views, and then those that colleagues share, which say by whom.
fn kept(views: &[SavedViewEntry]) -> Vec<Link> {
    let link = |view: &SavedViewEntry| Link {
        href: Views::href(view),
        text: if view.own { view.name.clone() } else { format!("{}, shared by {}", view.name, view.owner.name) },
    };
    let own = views.iter().filter(|view| view.own).take(MOST_VIEWS);
    own.chain(views.iter().filter(|view| !view.own).take(MOST_VIEWS)).map(link).collect()
}

/// What was just done. Of a record that the act took out of sight it is said that it is not shown any more.
fn done(asked: &Asked) -> Option<Alert> {
    // What is done with a kept view is no command.
    if asked.done == "saved" {
        return said_of_view(&asked.done);
    }
    let said = record::done(&asked.done)?;
    let Some(kind) = kind_of(&asked.record) else { return Some(said) };
    let (act, named) = (words::label(&asked.done), words::kind(kind));
    Some(Alert::new(Tone::Success, format!("Done: {act}. {named} {} is not shown to you any more.", asked.record)))
}

/// What of the queue's viewer decides about its sections.
struct Viewer {
    /// Whether there is a pool to take engagements from.
    pooled: bool,
    /// Whether mail that did not arrive is to be looked after.
    looks_after_mail: bool,
    /// Whether records can be read: an administrator of the system reads none.
    reads: bool,
}

impl Viewer {
    fn of(web: &Web, principal: &Principal) -> Self {
        Self {
            pooled: principal.actor.has(Role::ProgramLiaison),
            looks_after_mail: web.app.offers(principal, AdministrativeAction::LookAfterMail),
            reads: !principal.actor.has(Role::SystemAdministrator),
        }
    }
}

/// Whether it is due so late that it is no help to see it every day, such as a retention review years ahead.
fn is_far(item: &WorkItem, clock: PageClock) -> bool {
    item.due_at.as_ref().is_some_and(|due| due.at - clock.now > FAR)
}

/// Where to begin for whom nothing waits: what the own roles are there for.
fn first_steps(roles: impl IntoIterator<Item = Role>) -> Vec<Section> {
    roles.into_iter().map(help::roles::section).collect()
}

/// How rows of the queue are shown.
struct Shown<'a> {
    viewer: &'a Viewer,
    clock: PageClock,
    chosen: &'a Chosen,
}

impl Shown<'_> {
    /// A part of the queue; what is due much later is folded away.
    fn section(&self, id: &str, heading: &str, items: &[WorkItem], empty: &str) -> Section {
        let (far, near): (Vec<&WorkItem>, Vec<&WorkItem>) = items.iter().partition(|item| is_far(item, self.clock));
        let empty = if far.is_empty() { empty } else { "Nothing within the next 90 days." };
        let rows = near.into_iter().map(|item| self.row(item).picked_by(&item.reference));
        let table = Table::new(heading, &COLUMNS, empty).with(rows).picking(self.chosen.picks(id));
        let section = Section::new(id, heading).with(table);
        if far.is_empty() { section } else { section.with(self.folded(heading, &far)) }
    }

    /// The rows that are due much later, behind one line. They cannot be chosen: nobody would see that they are.
    fn folded(&self, heading: &str, far: &[&WorkItem]) -> Part {
        let rows = far.iter().map(|item| self.row(item));
        let table = Table::new(&format!("{heading}, after 90 days"), &COLUMNS, "").with(rows);
        Part::from(table).folded(format!("After the next 90 days: {}", far.len()))
    }

    fn row(&self, item: &WorkItem) -> Row {
        let clock = self.clock;
        let href = match item.mail_problem {
            Some(problem) => format!("/mail-problems#p-{problem}"),
            None => format!("/{}/{}#actions", item.kind.plural(), item.reference),
        };
        let step = Link { href, text: words::label(&item.next_step) };
        let is_read = self.viewer.reads || item.mail_problem.is_none();
        let developer = item.developer.as_ref().map(|party| party.name.clone());
        let about: Vec<String> = item.title.clone().into_iter().chain(developer).collect();
        let due = item.due_on.zip(item.due_at.as_ref()).map(|(day, at)| Inline::from(clock.due(day, at.at)));
        Row::new(vec![
            if is_read { Inline::record(item.kind, &item.reference) } else { Inline::Code(item.reference.clone()) },
            Inline::text(format!("{} {}", words::kind(item.kind), about.join(", ")).trim().to_owned()),
            Inline::Link(step),
            Inline::text(words::turn(&item.who, &item.people)),
            due.unwrap_or_else(|| Inline::text("No date")),
            Inline::maybe(item.why.as_ref(), |why| Inline::text(reason(why, clock))),
        ])
    }
}

fn sections(list: &Worklist, viewer: &Viewer, clock: PageClock, chosen: &Chosen) -> Vec<(Section, usize)> {
    let shown = Shown { viewer, clock, chosen };
    let section = |id: &str, heading: &str, items: &[WorkItem], empty: &str| {
        (shown.section(id, heading, items, empty), items.len())
    };
    let mut sections = vec![
        section("overdue", "Overdue", &list.overdue, "Nothing is overdue."),
        section("due-soon", "Due in 7 days", &list.due_soon, "Nothing is due in the next seven days."),
        section("later", "Due later", &list.later, "Nothing is due after that."),
        section("undated", "Without a date", &list.undated, "Nothing waits for you without a date."),
        section("acknowledge", "To acknowledge", &list.to_acknowledge, "No notice waits for an acknowledgement."),
        section("waiting", "Waiting on others", &list.waiting_on_others, "Nothing of yours waits on anybody else."),
    ];
    if viewer.looks_after_mail || !list.mail_problems.is_empty() {
        let (problems, count) =
            section("mail-problems", "Mail that did not arrive", &list.mail_problems, "Every notice arrived.");
        sections.push((problems.with(Inline::link("/mail-problems", "All mail that did not arrive")), count));
    }
    if viewer.pooled {
        sections.push(section("unassigned", "Unassigned", &list.unassigned, "Every engagement has a liaison."));
    }
    sections
}

fn filters(asked: &Asked) -> Vec<FieldView> {
    let views = VIEWS.map(|(view, label)| choice(view.name(), label, view == asked.view));
    let any = choice("", "Any", asked.kind.is_empty());
    let kinds = Kind::ALL.into_iter().map(|kind| choice(kind.name(), words::kind(kind), kind.name() == asked.kind));
    let line = |name: &str, label: &str, value: &str| FieldView::line(name, label, "text", value).optional();
    vec![
        FieldView::of("view", "Whose steps", Control::Select(views.into())),
        FieldView::of("kind", "Kind of record", Control::Select([any].into_iter().chain(kinds).collect())).optional(),
        line("developer", "Developer", &asked.developer),
        line("next_step", "Next step", &asked.next_step),
        line("code", "Deadline code", &asked.code),
    ]
}

fn choice(value: &str, label: &str, chosen: bool) -> Choice {
    Choice { value: value.to_owned(), label: label.to_owned(), chosen }
}

/// Why a date is what it is, in one line.
fn reason(why: &WorkReason, clock: PageClock) -> String {
    let reason = Ground::from(why).reason(clock);
    format!("{} ({}): {reason}; framework {}", words::label(&why.deadline), why.code, why.framework)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::app::view::Moment;

    fn due(reference: &str, now: &Moment, days: i64) -> WorkItem {
        let at = now.at + TimeDelta::days(days);
        WorkItem {
            reference: reference.to_owned(),
            kind: Kind::Engagement,
            title: None,
            developer: None,
            next_step: "review_retention".to_owned(),
            due_on: Some(at.date_naive()),
            due_at: Some(Moment { at, ..now.clone() }),
            who: Vec::new(),
            people: Vec::new(),
            acts: Vec::new(),
            why: None,
            mail_problem: None,
        }
    }

    #[test]
    fn what_is_due_far_ahead_is_folded_and_cannot_be_chosen() {
        let now = crate::app::view::moment("2026-11-09T14:00:00Z".parse().expect("an instant"), chrono_tz::UTC);
        let clock = PageClock { zone: chrono_tz::UTC, now: now.at };
        let chosen = Chosen {
            csrf: String::new(),
            back: String::new(),
            other: String::new(),
            all: true,
            assign: false,
            remind: false,
        };
        let viewer = Viewer { pooled: false, looks_after_mail: false, reads: true };
        let shown = Shown { viewer: &viewer, clock, chosen: &chosen };
        let said = |days: [i64; 2]| {
            let [one, other] = days;
            let items = [due("ENG-2026-0001", &now, one), due("ENG-2026-0002", &now, other)];
            shown.section("later", "Due later", &items, "Nothing.").to_string()
        };
        let both = said([8, 90]);
        assert!(!both.contains("<details") && both.matches("checkbox__input").count() == 2, "{both}");
        let folded = said([8, 91]);
        assert!(folded.contains("<summary>After the next 90 days: 1</summary>"), "{folded}");
        assert_eq!(folded.matches("checkbox__input").count(), 1, "{folded}");
        let far = said([91, 400]);
        assert!(far.contains("Nothing within the next 90 days.") && far.contains("ENG-2026-0002"), "{far}");
    }
}
