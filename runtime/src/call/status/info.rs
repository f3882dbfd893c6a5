//! The reason of a failure as a word for programs: `google.rpc.ErrorInfo` (google/rpc/error_details.proto).

use super::{Detail, Status};
use crate::message::plain::messages;

/// The full name of the detail.
const NAME: &str = "google.rpc.ErrorInfo";

messages! {
    ErrorInfo in "google.rpc" {
        reason "reason": String = 1,
        domain "domain": String = 2,
    }
}

impl Status {
    /// Adds the reason as a `google.rpc.ErrorInfo`: a word, and the domain that it belongs to.
    ///
    /// ```
    /// use polywire::Status;
    /// let status = Status::failed_precondition("the shop is closed").with_reason("CLOSED", "shop.example.com");
    /// assert_eq!(status.reason(), Some(("CLOSED".to_owned(), "shop.example.com".to_owned())));
    /// ```
    #[must_use]
    pub fn with_reason(self, reason: impl Into<String>, domain: impl Into<String>) -> Self {
        self.with_detail(Detail::new(&ErrorInfo { reason: reason.into(), domain: domain.into() }))
    }

    /// The reason and its domain, from the first `google.rpc.ErrorInfo`. A failure of a worker of Celery has the type of
    /// its exception here, and the module of the type.
    #[must_use]
    pub fn reason(&self) -> Option<(String, String)> {
        let mut infos = self.details().iter().filter_map(|detail| detail.decode::<ErrorInfo>(NAME)?.ok());
        infos.next().map(|info| (info.reason, info.domain))
    }
}
