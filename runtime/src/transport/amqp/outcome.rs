//! The outcomes of a message after its handler: the table of outcomes, as code.

use super::retry;
use crate::call::status::Code;
use polywire_codegen::transport::amqp::Retry;
use polywire_codegen::transport::amqp::topology::Level;

/// Retries after a defect. Trying again rarely helps, but the defect may be in a dependency.
const DEFECT_RETRIES: u32 = 3;

/// The treatment of a task or an event that failed.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Remedy {
    Retry(&'static Level),
    DeadLetter,
}

/// Whether the message's own deadline has passed. The server's deadline does not count here.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum OwnDeadline {
    Past,
    NotPast,
}

/// Decides what follows a failure. `attempt` is the one that failed, from 1.
pub(crate) fn remedy(code: Code, attempt: u32, own_deadline: OwnDeadline, plan: &Retry) -> Remedy {
    let limit = match code {
        Code::Unavailable | Code::ResourceExhausted | Code::Aborted => plan.limit,
        Code::DeadlineExceeded => match own_deadline {
            OwnDeadline::NotPast => plan.limit,
            OwnDeadline::Past => 0,
        },
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
    };
    if attempt > limit { Remedy::DeadLetter } else { Remedy::Retry(retry::delay(attempt, plan)) }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn retries(code: Code, own_deadline: OwnDeadline) -> u32 {
        let tried =
            |attempt: &u32| matches!(remedy(code, *attempt, own_deadline, &Retry::DEFAULT), Remedy::Retry(_));
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
            assert_eq!(retries(code, OwnDeadline::NotPast), expected, "{code}");
        }
    }

    #[test]
    fn nothing_is_retried_after_its_own_deadline_for_having_been_late() {
        assert_eq!(retries(Code::DeadlineExceeded, OwnDeadline::Past), 0);
    }

    #[test]
    fn a_plan_without_retries_has_none() {
        let plan = Retry { limit: 0, ..Retry::DEFAULT };
        assert_eq!(remedy(Code::Unavailable, 1, OwnDeadline::NotPast, &plan), Remedy::DeadLetter);
    }
}
