//! Exceptions of Celery as statuses, and statuses as exceptions.
//!
//! A producer raises a class named by `exc_type`. It looks for the class in `exc_module`, and makes one if that is not
//! loaded. So our module has a name that Python has not.

use crate::call::status::{Code, Status};
use serde_json::{Value, json};

/// The module of our exceptions.
const MODULE: &str = "polywire";

/// The exception of a failure: the name of its typed error, else of its code.
pub(super) fn exception(status: &Status) -> Value {
    let typed = status.details().iter().map(|detail| detail.type_name());
    let typed = typed.filter(|name| !name.starts_with("google.")).find_map(|name| name.rsplit_once('.'));
    let (module, name) = match typed {
        Some((package, name)) => (format!("{MODULE}.{package}"), name.to_owned()),
        None => (MODULE.to_owned(), format!("{:?}", status.code())),
    };
    json!({ "exc_type": name, "exc_message": [status.message()], "exc_module": module })
}

/// The exception of a task whose time was over, as a worker of Celery tells it.
pub(super) fn expired() -> Value {
    json!({ "exc_type": "TaskRevokedError", "exc_message": ["expired"], "exc_module": "celery.exceptions" })
}

/// The status of an exception that a worker raised.
pub(in crate::transport::amqp::foreign) fn of_exception(result: &Value, state: &str) -> Status {
    let text = |name: &str| result.get(name).and_then(Value::as_str).unwrap_or_default();
    let (kind, module) = (text("exc_type"), text("exc_module"));
    let message = message(result.get("exc_message"));
    let own = Code::ALL.into_iter().find(|code| module == MODULE && format!("{code:?}") == kind);
    let code = match (own, state, kind) {
        (Some(code), _, _) => return Status::new(code, message),
        (None, "REVOKED", _) | (None, _, "TaskRevokedError") => Code::Cancelled,
        (None, _, "NotRegistered") => Code::Unimplemented,
        (None, _, "TimeLimitExceeded" | "SoftTimeLimitExceeded") => Code::DeadlineExceeded,
        (None, _, _) => Code::Unknown,
    };
    let kind = if kind.is_empty() { state } else { kind };
    let module = if module.is_empty() { "celery" } else { module };
    Status::new(code, format!("{kind}: {message}")).with_reason(kind, module)
}

/// The text of an exception's arguments.
fn message(arguments: Option<&Value>) -> String {
    let text = |part: &Value| part.as_str().map_or_else(|| part.to_string(), str::to_owned);
    match arguments {
        None => String::new(),
        Some(Value::Array(parts)) => parts.iter().map(text).collect::<Vec<_>>().join(", "),
        Some(other) => text(other),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_status_comes_back_as_it_went() {
        for code in Code::ALL {
            let status = Status::new(code, "no order 7");
            let back = of_exception(&exception(&status), "FAILURE");
            assert_eq!((back.code(), back.message()), (code, "no order 7"));
        }
    }

    #[test]
    fn an_exception_keeps_its_type_and_its_message() {
        let raised = json!({"exc_type": "KeyError", "exc_message": ["a", 7], "exc_module": "builtins"});
        let status = of_exception(&raised, "FAILURE");
        assert_eq!((status.code(), status.message()), (Code::Unknown, "KeyError: a, 7"));
        assert_eq!(status.reason(), Some(("KeyError".to_owned(), "builtins".to_owned())));
        for (kind, state, code) in [
            ("NotRegistered", "FAILURE", Code::Unimplemented),
            ("TaskRevokedError", "REVOKED", Code::Cancelled),
            ("TimeLimitExceeded", "FAILURE", Code::DeadlineExceeded),
            ("", "REVOKED", Code::Cancelled),
        ] {
            assert_eq!(of_exception(&json!({"exc_type": kind}), state).code(), code, "{kind} {state}");
        }
    }

    #[test]
    fn no_status_names_a_module_of_python() {
        use crate::call::status::Detail;
        let typed = |name: &str| Status::not_found("x").with_detail(Detail::from_proto(name, "".into()));
        for (status, module, kind) in [
            (typed("os.system"), "polywire.os", "system"),
            (typed("shop.v1.SoldOut"), "polywire.shop.v1", "SoldOut"),
            (typed("google.rpc.BadRequest"), "polywire", "NotFound"),
        ] {
            let raised = exception(&status);
            assert_eq!(
                (raised["exc_module"].as_str(), raised["exc_type"].as_str()),
                (Some(module), Some(kind))
            );
        }
    }
}
