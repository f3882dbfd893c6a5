//! A server's side of one broker: the queues of its methods, and the connections that they share.

use super::alone::Alone;
use super::bound::Bound;
use super::broker::{BrokerLink, Fault, Name, Role, Topology};
use super::consumer::Consumer;
use super::dial::{Dialer, survived};
use super::health::LinkHealth;
use super::load::{self, Load};
use super::publisher::Publisher;
use super::replier::Replier;
#[cfg(feature = "schedule")]
use super::schedule::Schedule;
use super::topology::{Sequence, consumed_by};
use super::work::{Shared, Work};
use crate::call::status;
use crate::channel::Endpoint;
use crate::waist::mounted::Mounted;
use crate::waist::queue_stats::{Meter, QueueStats};
use polywire_codegen::transport::amqp::foreign::Framework;
use polywire_codegen::transport::amqp::{Batch, Kind};
use std::array;
use std::sync::atomic::AtomicBool;
use std::sync::{Arc, Mutex};
use std::time::Duration;
use tokio::sync::{OnceCell, watch};
use tokio::task::JoinSet;
use tokio::time::sleep;

/// Serves every mounted method that has an AMQP plan. Returns at once. A broker that is away is waited for.
///
/// # Errors
/// When the address names no broker, or methods ask for what their queue cannot give.
pub(crate) fn serve(endpoint: &Endpoint, mounted: &Arc<Mounted>) -> status::Result<()> {
    let (broker, transport) = super::brokers::open(endpoint)?;
    let queues = queues(mounted, &mounted.queues.group.clone().unwrap_or_else(program))?;
    if queues.is_empty() {
        return Ok(());
    }
    let schedules = schedules(&queues)?;
    // The copies of failed messages go to the dead letters of every queue. A delay is declared when it is first needed.
    let topology = queues.iter().map(|queue| Arc::new(queue.topology()));
    let shared = Arc::new(Shared {
        mounted: Arc::clone(mounted),
        publisher: Publisher::measured(
            Arc::clone(&broker),
            topology.collect(),
            mounted.queues.stats.confirmed(),
        ),
        replier: Replier::start(Arc::clone(&broker)),
        transport,
        us: broker.user().map(Arc::from),
        alone: Alone::default(),
        levels: array::from_fn(|_| OnceCell::new()),
        unknown_to_broker: AtomicBool::new(false),
    });
    let health = LinkHealth::new();
    watch_over(mounted, [&health, shared.publisher.health(), shared.replier.health()]);
    let works = queues
        .into_iter()
        .map(|queue| (queue.into_work(&shared, broker.address()), LinkHealth::new()))
        .collect::<Vec<_>>();
    watch_over(mounted, works.iter().map(|(_, health)| health));
    mounted.tasks.spawn(keep(Dialer::new(broker, Role::Consume, health), works, schedules, shared));
    Ok(())
}

/// The tasks that are published by the clock.
///
/// # Errors
/// When a schedule cannot be read.
#[cfg(feature = "schedule")]
fn schedules(queues: &[Queue]) -> status::Result<Vec<Schedule>> {
    let bound = queues.iter().flat_map(|queue| &queue.methods);
    bound
        .filter_map(|bound| Schedule::of(bound.route.method, bound.plan, &bound.address).transpose())
        .collect()
}

/// No task is published by the clock without the feature.
#[cfg(not(feature = "schedule"))]
#[derive(Debug)]
enum Schedule {}

#[cfg(not(feature = "schedule"))]
impl Schedule {
    async fn keep(self, _: super::consumer::Links, _: Arc<Shared>) {
        match self {}
    }
}

/// Refuses a schedule, which nobody would keep.
///
/// # Errors
/// When a method has one.
#[cfg(not(feature = "schedule"))]
fn schedules(queues: &[Queue]) -> status::Result<Vec<Schedule>> {
    let scheduled =
        queues.iter().flat_map(|queue| &queue.methods).find(|bound| bound.plan.schedule.is_some());
    scheduled.map_or(Ok(Vec::new()), |bound| {
        Err(status::Status::failed_precondition(format!(
            "{} has a schedule, and this build keeps none: enable the feature `schedule` of polywire",
            bound.route.method.full_name()
        )))
    })
}

/// The name of this program.
fn program() -> String {
    let path = std::env::current_exe().ok();
    let name = path.as_deref().and_then(std::path::Path::file_stem);
    name.map_or_else(|| "default".to_owned(), |name| name.to_string_lossy().into_owned())
}

/// A queue and its methods, before there is a broker.
struct Queue {
    name: Name,
    kind: Kind,
    methods: Vec<Bound>,
    load: Load,
    sequence: Sequence,
    batch: Option<Batch>,
    framework: Option<Framework>,
}

impl Queue {
    fn topology(&self) -> Topology {
        Bound::topology(&self.methods)
    }

    fn into_work(self, shared: &Arc<Shared>, address: &str) -> Arc<Work> {
        Arc::new(Work {
            queue: (*self.name).into(),
            kind: self.kind,
            methods: self.methods,
            load: self.load,
            sequence: self.sequence,
            batch: self.batch,
            meter: shared.mounted.queues.stats.meter(address, &self.name),
            framework: self.framework,
            held: Mutex::default(),
            shared: Arc::clone(shared),
        })
    }
}

/// Groups the methods by queue. Methods of one queue share its consumer, unless their kinds of message
/// differ.
fn queues(mounted: &Mounted, group: &str) -> status::Result<Vec<Queue>> {
    let longest = load::longest(mounted.queues.consumer_timeout);
    let mut queues: Vec<(Name, Kind, Vec<Bound>)> = Vec::new();
    for route in &mounted.routes {
        let Some(plan) = &route.method.plans.amqp else { continue };
        for address in consumed_by(group, route.method, plan).partitions(plan) {
            let Some(name) = address.queue.clone() else { continue };
            let bound = Bound::new(Arc::clone(route), plan, address, longest)?;
            match queues.iter_mut().find(|(queue, kind, _)| *queue == name && *kind == plan.kind) {
                Some((_, _, methods)) => methods.push(bound),
                None => queues.push((name, plan.kind, vec![bound])),
            }
        }
    }
    let with_load = |(name, kind, methods): (Name, Kind, Vec<Bound>)| {
        let sequence = Bound::sequence(&name, &methods)?;
        let batch = Bound::batch(&name, &methods)?;
        let framework = Bound::framework(&name, &methods)?;
        let load = match sequence {
            Sequence::Any => Bound::load((&name, kind), &methods, longest)?,
            Sequence::Kept => Load::ORDERED,
        };
        Ok(Queue { name, kind, methods, load, sequence, batch, framework })
    };
    queues.into_iter().map(with_load).collect()
}

fn watch_over<'a>(mounted: &Mounted, cells: impl IntoIterator<Item = &'a LinkHealth>) {
    for health in cells {
        let health = health.clone();
        mounted.add_check(move || health.reason());
    }
}

/// Keeps a connection for the consumers, until they have drained.
async fn keep(
    mut dialer: Dialer,
    works: Vec<(Arc<Work>, LinkHealth)>,
    schedules: Vec<Schedule>,
    shared: Arc<Shared>,
) {
    let links = watch::Sender::new(None::<Arc<dyn BrokerLink>>);
    let mut consumers = JoinSet::new();
    let depths = Depths::of(&works, shared.mounted.queues.stats.clone());
    for (work, health) in works {
        consumers.spawn(Consumer::new(work, health, links.subscribe()).run());
    }
    for schedule in schedules {
        consumers.spawn(schedule.keep(links.subscribe(), Arc::clone(&shared)));
    }
    let link = loop {
        match survived("AMQP connection", connected(&mut dialer, &links, &mut consumers, &depths)).await {
            Ok(last) => break last,
            Err(fault) => {
                links.send_replace(None);
                dialer.failed(&fault);
            }
        }
    };
    // The handled messages are acknowledged, but their replies may still be on their way.
    let _ = shared.mounted.closing.run_until_cancelled(shared.replier.flush()).await;
    if let Some(link) = link {
        link.close().await;
    }
}

/// Serves the consumers on one connection. Returns once all consumers have drained, with the connection if
/// there is one.
async fn connected(
    dialer: &mut Dialer,
    links: &watch::Sender<Option<Arc<dyn BrokerLink>>>,
    consumers: &mut JoinSet<()>,
    depths: &Depths,
) -> Result<Option<Arc<dyn BrokerLink>>, Fault> {
    let link = tokio::select! {
        () = drained(consumers) => return Ok(None),
        link = dialer.dial() => link,
    };
    dialer.ready();
    links.send_replace(Some(Arc::clone(&link)));
    tokio::select! {
        () = drained(consumers) => Ok(Some(link)),
        fault = lost(&*link, dialer) => Err(fault),
        fault = depths.follow(&*link) => Err(fault),
    }
}

/// The time between two questions of how many messages wait.
const ASK_AGAIN: Duration = Duration::from_secs(15);

/// The numbers of messages that wait, for those who read them.
struct Depths {
    meters: Vec<Arc<Meter>>,
    stats: QueueStats,
}

impl Depths {
    fn of(works: &[(Arc<Work>, LinkHealth)], stats: QueueStats) -> Self {
        Self { meters: works.iter().map(|(work, _)| Arc::clone(&work.meter)).collect(), stats }
    }

    /// Asks again and again, until the connection is lost.
    async fn follow(&self, link: &dyn BrokerLink) -> Fault {
        loop {
            self.stats.read().await;
            for meter in &self.meters {
                match link.depth(meter.queue()).await {
                    Ok(waiting) => meter.set_waiting(waiting),
                    Err(fault @ Fault::Lost(_)) => return fault,
                    // The user may not ask.
                    Err(Fault::Refused { .. } | Fault::Invalid(_)) => meter.set_waiting(None),
                }
            }
            sleep(ASK_AGAIN).await;
        }
    }
}

async fn drained(consumers: &mut JoinSet<()>) {
    while consumers.join_next().await.is_some() {}
}

async fn lost(link: &dyn BrokerLink, dialer: &Dialer) -> Fault {
    loop {
        if let Some(fault) = dialer.note(link.event().await) {
            return fault;
        }
    }
}
