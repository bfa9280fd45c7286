//! Numbers about the running process, in the OpenMetrics form.
use std::fmt;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use prometheus_client::encoding::EncodeLabelSet;
use prometheus_client::encoding::text::encode;
use prometheus_client::metrics::family::Family;
use prometheus_client::metrics::histogram::Histogram;
use prometheus_client::registry::{Metric, Registry};

/// The content type of [`Metrics::encode`].
pub const CONTENT_TYPE: &str = "application/openmetrics-text; version=1.0.0; charset=utf-8";
/// Upper bounds of the buckets of answer times, in seconds.
const ANSWER_SECONDS: [f64; 12] = [0.001, 0.0025, 0.005, 0.01, 0.015, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 5.0];

/// Labels have few values: never ids, addresses or paths as they came in.
#[derive(Clone, Debug, PartialEq, Eq, Hash, EncodeLabelSet)]
struct Answer {
    route: String,
    method: &'static str,
    status: &'static str,
}

/// The process's numbers; clones share them.
#[derive(Clone)]
pub struct Metrics(Arc<Inside>);

struct Inside {
    registry: Mutex<Registry>,
    answers: Family<Answer, Histogram, fn() -> Histogram>,
}

impl Default for Metrics {
    fn default() -> Self {
        let answers: Family<Answer, Histogram, fn() -> Histogram> =
            Family::new_with_constructor(|| Histogram::new(ANSWER_SECONDS));
        let metrics = Self(Arc::new(Inside { registry: Mutex::default(), answers: answers.clone() }));
        metrics.register("roomdesk_http_answer_seconds", "Time until a request was answered", answers);
        metrics
    }
}

impl Metrics {
    /// Adds a number; whoever keeps a clone of it moves it. Help texts have no full stop.
    pub fn register(&self, name: &str, help: &str, metric: impl Metric) {
        self.0.registry.lock().unwrap_or_else(PoisonError::into_inner).register(name, help, metric);
    }

    /// Counts a request that was answered. `route` is the template (`/api/support/tickets/{id}`), never the path.
    pub fn answered(&self, route: &str, method: &str, status: u16, took: Duration) {
        let answer = Answer { route: route.to_owned(), method: known_method(method), status: class(status) };
        self.0.answers.get_or_create(&answer).observe(took.as_secs_f64());
    }

    /// Every number as text.
    pub fn encode(&self) -> Result<String, fmt::Error> {
        let mut text = String::new();
        encode(&mut text, &self.0.registry.lock().unwrap_or_else(PoisonError::into_inner))?;
        Ok(text)
    }
}

/// Anybody can invent a method.
fn known_method(method: &str) -> &'static str {
    match method {
        "GET" => "GET",
        "HEAD" => "HEAD",
        "POST" => "POST",
        "PUT" => "PUT",
        "PATCH" => "PATCH",
        "DELETE" => "DELETE",
        "OPTIONS" => "OPTIONS",
        _ => "other",
    }
}

fn class(status: u16) -> &'static str {
    match status {
        ..200 => "1xx",
        200..300 => "2xx",
        300..400 => "3xx",
        400..500 => "4xx",
        500.. => "5xx",
    }
}

#[cfg(test)]
mod tests {
    use prometheus_client::metrics::gauge::Gauge;

    use super::*;

    #[test]
    fn answers_are_counted_by_route_method_and_class() {
        let metrics = Metrics::default();
        let gauge: Gauge = Gauge::default();
        metrics.register("roomdesk_queue_jobs", "Jobs that wait", gauge.clone());
        gauge.set(7);
        metrics.answered("/healthz", "BREW", 404, Duration::from_millis(3));
        let text = metrics.encode().expect("encodes");
        let line = r#"roomdesk_http_answer_seconds_count{route="/healthz",method="other",status="4xx"} 1"#;
        assert!(text.contains(line), "{text}");
        assert!(text.contains("roomdesk_queue_jobs 7"), "{text}");
    }
}
