//! The outcomes of a message after its handler: the table of outcomes, as code.

use super::retry;
use crate::call::status::{Code, Status};
use polywire_codegen::transport::amqp::Retry;
use std::time::Duration;

/// Retries after a defect. Trying again rarely helps, but the defect may be in a dependency.
const DEFECT_RETRIES: u32 = 3;

/// The treatment of a task or an event that failed.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Remedy {
    /// Another attempt after this time.
    Retry(Duration),
    DeadLetter,
}

/// Whether the message's own deadline has passed. The server's deadline does not count here.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum OwnDeadline {
    Past,
    NotPast,
}

/// Decides what follows a failure. `attempt` is the one that failed, from 1.
pub(crate) fn remedy(status: &Status, attempt: u32, own_deadline: OwnDeadline, plan: &Retry) -> Remedy {
    let limit = match status.retry() {
        Some(true) => plan.limit,
        Some(false) => 0,
        None => limit(status.code(), own_deadline, plan),
    };
    match status.retry_after() {
        _ if attempt > limit => Remedy::DeadLetter,
        // Never.
        Some(Duration::MAX) => Remedy::DeadLetter,
        Some(after) => Remedy::Retry(after.min(retry::LONGEST)),
        None => Remedy::Retry(retry::wait(attempt, plan)),
    }
}

/// The most retries after a failure with this code.
fn limit(code: Code, own_deadline: OwnDeadline, plan: &Retry) -> u32 {
    if code == Code::DeadlineExceeded && own_deadline == OwnDeadline::Past {
        return 0;
    }
    if let Some(on) = &plan.on {
        return if on.contains(&code) { plan.limit } else { 0 };
    }
    match code {
        Code::Unavailable | Code::ResourceExhausted | Code::Aborted | Code::DeadlineExceeded => plan.limit,
        Code::Internal | Code::Unknown => plan.limit.min(DEFECT_RETRIES),
        Code::Cancelled
        | Code::InvalidArgument
        | Code::NotFound
        | Code::AlreadyExists
        | Code::PermissionDenied
        | Code::FailedPrecondition
        | Code::OutOfRange
        | Code::Unimplemented
        | Code::DataLoss
        | Code::Unauthenticated => 0,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn retries(code: Code, own_deadline: OwnDeadline, plan: &Retry) -> u32 {
        let status = Status::new(code, "as told");
        let tried = |attempt: &u32| matches!(remedy(&status, *attempt, own_deadline, plan), Remedy::Retry(_));
        (1..100).take_while(tried).count().try_into().expect("few")
    }

    #[test]
    fn what_may_pass_is_retried_up_to_the_plan_and_defects_three_times() {
        for code in Code::ALL {
            let expected = match code {
                Code::Unavailable | Code::ResourceExhausted | Code::Aborted | Code::DeadlineExceeded => 5,
                Code::Internal | Code::Unknown => 3,
                _ => 0,
            };
            assert_eq!(retries(code, OwnDeadline::NotPast, &Retry::DEFAULT), expected, "{code}");
        }
    }

    #[test]
    fn nothing_is_retried_after_its_own_deadline_for_having_been_late() {
        assert_eq!(retries(Code::DeadlineExceeded, OwnDeadline::Past, &Retry::DEFAULT), 0);
    }

    #[test]
    fn a_plan_without_retries_has_none() {
        let plan = Retry { limit: 0, ..Retry::DEFAULT };
        assert_eq!(retries(Code::Unavailable, OwnDeadline::NotPast, &plan), 0);
    }

    #[test]
    fn a_plan_that_names_codes_retries_these_alone() {
        let on = Some([Code::NotFound, Code::Internal, Code::DeadlineExceeded].as_slice().into());
        let plan = Retry { limit: 7, on, ..Retry::DEFAULT };
        for code in Code::ALL {
            let named = [Code::NotFound, Code::Internal, Code::DeadlineExceeded].contains(&code);
            assert_eq!(retries(code, OwnDeadline::NotPast, &plan), if named { 7 } else { 0 }, "{code}");
        }
        assert_eq!(retries(Code::DeadlineExceeded, OwnDeadline::Past, &plan), 0);
    }

    #[test]
    fn a_failure_that_says_when_is_tried_then() {
        let when = |after| {
            let status = Status::unavailable("busy").with_retry_after(after);
            remedy(&status, 1, OwnDeadline::NotPast, &Retry::DEFAULT)
        };
        assert_eq!(when(Duration::from_secs(7)), Remedy::Retry(Duration::from_secs(7)));
        assert_eq!(when(retry::LONGEST * 2), Remedy::Retry(retry::LONGEST));
        assert_eq!(when(Duration::MAX), Remedy::DeadLetter, "it says: never");
        let status = Status::not_found("gone").with_retry_after(Duration::from_secs(7));
        assert_eq!(remedy(&status, 1, OwnDeadline::NotPast, &Retry::DEFAULT), Remedy::DeadLetter);
    }

    #[test]
    fn an_error_says_for_itself_whether_it_is_tried_again() {
        let on = Some([Code::Aborted].as_slice().into());
        let plan = Retry { limit: 2, on, ..Retry::DEFAULT };
        let said = |status: Status, retry| {
            let status = status.retried(retry);
            matches!(remedy(&status, 1, OwnDeadline::NotPast, &plan), Remedy::Retry(_))
        };
        assert!(said(Status::failed_precondition("not paid"), Some(true)));
        assert!(!said(Status::aborted("for good"), Some(false)));
        assert!(said(Status::aborted("once more"), None));
    }
}
