//! The life of a function: prepare once, then one event after another, each of them one future.

use std::convert::Infallible;
use std::env;
use std::future::Future;
use std::panic::AssertUnwindSafe;
use std::process::ExitCode;
use std::sync::Arc;

use axum::Router;
use futures_util::FutureExt;
use lambda_runtime::{Diagnostic, LambdaEvent, service_fn};
use parlour_handlers::functions::Function;
use parlour_handlers::{InvokeError, MomentSource, compat, rest};
use parlour_service::push::BoxFuture;
use parlour_service::{Parlour, metric};
use serde_json::value::RawValue;
use tower::ServiceExt;
use tracing::{Instrument, Level, Span};

use crate::backend::{Backend, StartError};
use crate::config::Config;
use crate::embedded_metrics::EmbeddedMetrics;
use crate::event::management_endpoint;
use crate::logging;
use crate::moment::{moment, now};
use crate::needs::{Needs, Pushing};

/// The function that serves REST.
const REST: &str = "rest";
/// The one that serves it to clients of other services.
const COMPAT_REST: &str = "compat_rest";

/// Runs a function, any but REST, until Lambda ends the process.
///
/// A refusal is an answer; a fault or a panic is a failed invocation, which counts as an error of the function.
#[must_use]
pub fn run(function: Function) -> ExitCode {
    on_one_thread(function.name(), async |prepared| {
        let Prepared {
            backend,
            needs,
            metrics,
        } = prepared;
        let serve = service_fn(move |event: LambdaEvent<Box<RawValue>>| {
            let span = invocation(&event.context);
            // Boxed, type and all: a handler's future is nested deeper than the compiler looks from here.
            let answered: BoxFuture<'_, _> = Box::pin(answer(backend.clone(), needs, function, event.payload));
            reported(metrics.clone(), answered).instrument(span)
        });
        lambda_runtime::run(serve).await
    })
}

/// Runs REST: the router of `parlour_handlers`, behind an HTTP API with payload format 2.0.
#[must_use]
pub fn run_rest() -> ExitCode {
    run_router(REST, rest::router)
}

/// Runs the REST of other services' clients in the same way.
#[must_use]
pub fn run_compat_rest() -> ExitCode {
    run_router(COMPAT_REST, compat::router)
}

fn run_router(name: &'static str, router: fn(Arc<Parlour>, MomentSource) -> Router) -> ExitCode {
    on_one_thread(name, async move |Prepared { backend, metrics, .. }| {
        let moments: MomentSource = Arc::new(moment);
        let router = router(backend.parlour, moments);
        let serve = lambda_http::service_fn(move |request: lambda_http::Request| {
            let span = invocation(&lambda_http::RequestExt::lambda_context(&request));
            let answered = router.clone().oneshot(request);
            let answered = answered.map(|answer| answer.map_err(|never: Infallible| match never {}));
            reported(metrics.clone(), contained(answered)).instrument(span)
        });
        lambda_http::run(serve).await
    })
}

async fn answer(
    backend: Backend,
    needs: Needs,
    function: Function,
    event: Box<RawValue>,
) -> Result<Box<RawValue>, Diagnostic> {
    if needs.pushing == Pushing::ToTheApiOfTheEvent {
        let found = || management_endpoint(event.get(), &backend.region);
        backend.management.default_endpoint(found);
    }
    let payload = event.get().as_bytes();
    let answered = contained(function.invoke(&backend.parlour, moment(), payload)).await?;
    String::from_utf8(answered)
        .ok()
        .and_then(|text| RawValue::from_string(text).ok())
        .ok_or_else(|| failed(&InvokeError::Fault("the answer is no JSON")))
}

/// Writes down what the invocation recorded before anyone has its answer: from then on Lambda may stop the process at any time.
async fn reported<T>(metrics: EmbeddedMetrics, invocation: impl Future<Output = T>) -> T {
    let answered = invocation.await;
    report(&metrics);
    answered
}

fn report(metrics: &EmbeddedMetrics) {
    if let Err(error) = metrics.emit(now(), &mut std::io::stdout().lock()) {
        tracing::warn!(%error, "the metrics cannot be written");
    }
}

/// A panic as a fault, without what it said: that may quote a message, and the caller would log it.
async fn contained<T>(invocation: impl Future<Output = Result<T, InvokeError>>) -> Result<T, Diagnostic> {
    let panicked = |_| {
        metric::FAULTS.add(1);
        Err(InvokeError::Fault("the function panicked"))
    };
    let answered = AssertUnwindSafe(invocation).catch_unwind().await;
    answered.unwrap_or_else(panicked).map_err(|error| failed(&error))
}

/// The failed invocation as Lambda takes it. API Gateway knows a refusing authorizer by the very message.
fn failed(error: &InvokeError) -> Diagnostic {
    Diagnostic {
        error_type: match error {
            InvokeError::Unauthorized => "Unauthorized",
            InvokeError::Fault(_) => "Fault",
        }
        .to_owned(),
        error_message: error.to_string(),
    }
}

/// Puts the invocation's id on every line that is logged in it.
fn invocation(context: &lambda_runtime::Context) -> Span {
    tracing::error_span!("invocation", aws_request_id = context.request_id)
}

fn on_one_thread(
    function: &'static str,
    serve: impl AsyncFnOnce(Prepared) -> Result<(), lambda_runtime::Error>,
) -> ExitCode {
    let ran = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .map_err(lambda_runtime::Error::from)
        .and_then(|runtime| runtime.block_on(async { serve(prepare(function).await?).await }));
    match ran {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            // The settings may have been what is wrong, the one for the log included.
            logging::start(Level::INFO);
            tracing::error!(function, %error, "the function ends");
            ExitCode::FAILURE
        }
    }
}

/// What is made once.
struct Prepared {
    backend: Backend,
    needs: Needs,
    metrics: EmbeddedMetrics,
}

async fn prepare(function: &str) -> Result<Prepared, StartError> {
    let needs = Needs::of(function).ok_or_else(|| StartError::UnknownFunction(function.to_owned()))?;
    let config = Config::read(needs, |name| env::var(name).ok())?;
    logging::start(config.log);
    let metrics = EmbeddedMetrics::start(&config.stack);
    let started = Backend::start(config, needs).await;
    if started.is_err() {
        // No invocation will tell of it.
        metric::FAULTS.add(1);
        report(&metrics);
    }
    let backend = started?;
    Ok(Prepared {
        backend,
        needs,
        metrics,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn a_panic_is_a_fault_that_says_nothing_of_its_cause() {
        let panicking = async {
            if "hi".len() == 2 {
                panic!("at byte 3 of `my secret message`");
            }
            Ok(())
        };
        let failure = contained(panicking).await.unwrap_err();
        assert_eq!(failure.error_message, "the function panicked");
        assert_eq!(contained(async { Ok(1) }).await, Ok(1));
    }

    #[tokio::test]
    async fn a_refusing_authorizer_says_the_word_that_api_gateway_knows() {
        let refused = contained(async { Err::<(), _>(InvokeError::Unauthorized) });
        assert_eq!(refused.await.unwrap_err().error_message, "Unauthorized");
    }
}
