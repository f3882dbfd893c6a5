//! The wrong fields of a request: `google.rpc.BadRequest` (google/rpc/error_details.proto).

use super::{Detail, Status};
use crate::message::constraint::FieldViolation;
use crate::message::plain::messages;

/// The full name of the detail.
const NAME: &str = "google.rpc.BadRequest";

messages! {
    BadRequest in "google.rpc" {
        field_violations "fieldViolations": Vec<Violation> = 1,
    }
    Violation in "google.rpc" {
        field "field": String = 1,
        description "description": String = 2,
        reason "reason": String = 3,
    }
}

impl Status {
    /// Adds the wrong fields of the request, as a `google.rpc.BadRequest`.
    ///
    /// ```
    /// use polywire::{FieldViolation, Status};
    /// let violation = FieldViolation {
    ///     field: "title".to_owned(),
    ///     description: "is empty".to_owned(),
    ///     reason: "REQUIRED".to_owned(),
    /// };
    /// let status = Status::invalid_argument("the book has no title").with_field_violations([violation]);
    /// assert_eq!(status.field_violations()[0].field, "title");
    /// ```
    #[must_use]
    pub fn with_field_violations(self, violations: impl IntoIterator<Item = FieldViolation>) -> Self {
        let field_violations = violations
            .into_iter()
            .map(|FieldViolation { field, description, reason }| Violation { field, description, reason })
            .collect();
        self.with_detail(Detail::new(&BadRequest { field_violations }))
    }

    /// The wrong fields of the request, as the server tells them; empty when it does not.
    pub fn field_violations(&self) -> Vec<FieldViolation> {
        let requests = self.details().iter().filter_map(|detail| detail.decode::<BadRequest>(NAME)?.ok());
        requests
            .flat_map(|request| request.field_violations)
            .map(|Violation { field, description, reason }| FieldViolation { field, description, reason })
            .collect()
    }
}
