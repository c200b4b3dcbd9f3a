//! The policies as the walk asks them: the real engine, for everybody at once, with answers kept by what the policies see
//! of a record.

use std::{
    cell::RefCell,
    collections::{BTreeMap, BTreeSet},
    rc::Rc,
    sync::LazyLock,
};

use crate::{
    authz::{Engine, Resource, Sight, decide, sight},
    domain::{
        action::Action,
        actor::Actor,
        case::Case,
        command::Command,
        id::{Kind, Subject},
        walk::world::{Law, Reach, Seen},
    },
};

/// The roles that may ever do an action: the printed matrix, which a test of its own keeps true. Whom it leaves out, the
/// engine need not be asked about.
static EVER: LazyLock<BTreeMap<String, BTreeSet<&str>>> = LazyLock::new(|| {
    let mut ever: BTreeMap<String, BTreeSet<&str>> = BTreeMap::new();
    for line in include_str!("../../../../tests/snapshots/permission-matrix.txt").lines() {
        let mut columns = line.split(" | ");
        let action = columns.next().expect("an action").to_owned();
        let roles = columns.last().expect("roles").split(' ').filter_map(|role| role.strip_suffix('+'));
        ever.entry(action).or_default().extend(roles);
    }
    ever
});

fn ever(actor: &Actor, action: Action) -> bool {
    let roles = EVER.get(&action.to_string());
    roles.is_some_and(|roles| actor.roles.iter().any(|role| roles.contains(role.code())))
}

/// Cedar, with a memory.
pub struct Policies<'a> {
    engine: &'a Engine,
    cast: &'a [Actor],
    known: RefCell<BTreeMap<String, Rc<Vec<Reach>>>>,
}

impl<'a> Policies<'a> {
    pub fn new(engine: &'a Engine, cast: &'a [Actor]) -> Self {
        Self { engine, cast, known: RefCell::default() }
    }

    /// How many different questions were put.
    pub fn questions(&self) -> usize {
        self.known.borrow().len()
    }

    fn ask(&self, resource: &Resource) -> Vec<Reach> {
        let kind = resource.kind();
        let may =
            |actor: &Actor, action: Action| ever(actor, action) && decide(self.engine, actor, action, resource).is_ok();
        let seen = |actor: &Actor| match ever(actor, Action::read(kind)).then(|| sight(self.engine, actor, resource)) {
            None | Some(None) => Seen::Nothing,
            // What spillage locks shows less than an outline; nothing here is locked.
            Some(Some(Sight::Outline | Sight::Locked)) => Seen::Outline,
            Some(Some(Sight::Whole)) => Seen::Whole,
        };
        let one = |actor: &Actor| {
            let actions = Command::actions(kind).iter().filter(|action| may(actor, **action));
            Reach { actions: actions.map(|action| action.name).collect(), seen: seen(actor) }
        };
        self.cast.iter().map(one).collect()
    }
}

impl Law for Policies<'_> {
    fn reach(&self, case: &Case, on: Subject, new: Option<Kind>) -> Rc<Vec<Reach>> {
        let resource = match new {
            None => Resource::of(case, on),
            Some(kind) => Resource::new_under(case, on, kind),
        };
        let resource = resource.expect("a record of the case");
        let name = format!("{resource:?}");
        if let Some(known) = self.known.borrow().get(&name) {
            return Rc::clone(known);
        }
        let answer = Rc::new(self.ask(&resource));
        self.known.borrow_mut().insert(name, Rc::clone(&answer));
        answer
    }
}
