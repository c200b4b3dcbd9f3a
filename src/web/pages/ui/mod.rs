//! The parts that pages are composed of, each with its markup in `templates/partials/`: nothing else in this house names
//! a class of the design system. A part escapes what it is given, and may stand in a template as it is.

mod acts;
mod alert;
mod chart;
mod checklist;
mod chosen;
mod diagram;
mod diff;
mod facts;
mod field;
mod form;
mod inline;
mod pager;
mod press;
mod qr;
mod section;
mod table;
mod timeline;
mod unlink;
mod window;

use askama::filters::HtmlSafe;

pub use acts::{Act, Acts, Blocked};
pub use alert::{Alert, Tone};
pub use chart::{Chart, ChartRow, Scale};
pub use checklist::{Checklist, Item};
pub use chosen::Chosen;
pub use diagram::{Diagram, DiagramStage, DiagramWay};
pub use diff::Diff;
pub use facts::Facts;
pub use field::{Choice, Control, FieldView, id_of};
pub use form::FormView;
pub use inline::{Inline, Link};
pub use pager::Pager;
pub use press::Press;
pub use qr::Qr;
pub use section::{Folded, Key, Part, Section};
pub use table::{Picks, Row, Sorter, Table};
pub use timeline::{Event, Timeline};
pub use window::{WindowBar, bar};

impl HtmlSafe for Acts {}
impl HtmlSafe for Alert {}
impl HtmlSafe for Chart {}
impl HtmlSafe for Checklist {}
impl HtmlSafe for Chosen {}
impl HtmlSafe for Diagram {}
impl HtmlSafe for Diff {}
impl HtmlSafe for Facts {}
impl HtmlSafe for FieldView {}
impl HtmlSafe for FormView {}
impl HtmlSafe for Inline {}
impl HtmlSafe for Pager {}
impl HtmlSafe for Part {}
impl HtmlSafe for Press {}
impl HtmlSafe for Qr {}
impl HtmlSafe for Section {}
impl HtmlSafe for Table {}
impl HtmlSafe for Timeline {}
impl HtmlSafe for WindowBar {}
